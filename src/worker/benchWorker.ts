/** The module worker in which the bench runs: one bench, then it is thrown away. */
import { runBench } from '../lab/bench/bench.ts';
import { benchProblemOf } from '../lab/bench/problem.ts';
import type { BenchOptions } from '../lab/bench/result.ts';
import { type FromBench, readToBench } from './benchMessages.ts';

const send = (message: FromBench): void => globalThis.postMessage(message);
let started = false;
let stopped = false;

globalThis.onmessage = ({ data }: MessageEvent<unknown>) => {
  const message = readToBench(data);
  if (message?.type === 'stop') stopped = true;
  if (message?.type !== 'start' || started) return;
  started = true;
  start(message.options);
};

async function start(options: BenchOptions): Promise<void> {
  const listener = {
    onProgress: (label: string, done: number, total: number) =>
      send({ type: 'progress', label, done, total }),
    onPartial: (part: object) => send({ type: 'partial', part }),
  };
  try {
    send({ type: 'finished', result: await runBench(options, listener, () => stopped) });
  } catch (error) {
    send({ type: 'failed', problem: benchProblemOf(error) });
  }
}
