/** The bench as its page knows it. Loaded with that page; a run goes on while another page is shown. */
import { createStore } from 'zustand/vanilla';
import {
  BenchError,
  type BenchOptions,
  type BenchProblem,
  type BenchResult,
  createBenchClient,
} from '../worker/benchClient.ts';
import { isBusy, store } from './store.ts';

export {
  type BenchOptions,
  type BenchResult,
  type BenchTable,
  benchJson,
  benchMarkdown,
  benchTables,
  benchTask,
  type CalibrationChoice,
  calibrationChoices,
  estimateMs,
} from '../worker/benchClient.ts';

export interface BenchState {
  options: BenchOptions;
  status: 'idle' | 'running' | 'stopping' | 'finished';
  progress: { label: string; done: number; total: number };
  /** What is known so far; of the last run until another begins. */
  result: Partial<BenchResult>;
  problem: BenchProblem | null;
}

const NO_PROGRESS = { label: 'Opening the GPU', done: 0, total: 1 };

export const bench = createStore<BenchState>(() => ({
  options: { peers: true, growth: false, subgroups: true },
  status: 'idle',
  progress: NO_PROGRESS,
  result: {},
  problem: null,
}));

const client = createBenchClient();

export function chooseBench(change: Partial<BenchOptions>): void {
  bench.setState(({ options }) => ({ options: { ...options, ...change } }));
}

/** Runs what is chosen. What goes wrong becomes the state's problem. */
export async function runBench(): Promise<void> {
  if (isBusy(store.getState())) {
    bench.setState({
      problem: {
        kind: 'busy',
        message: 'Networks are training in the lab, which would slow everything that is timed here.',
        hint: 'Pause them first.',
      },
    });
    return;
  }
  bench.setState({ status: 'running', progress: NO_PROGRESS, result: {}, problem: null });
  try {
    const result = await client.run(bench.getState().options, {
      onProgress: (label, done, total) => bench.setState({ progress: { label, done, total } }),
      onPartial: (part) => bench.setState(({ result: known }) => ({ result: { ...known, ...part } })),
    });
    bench.setState({ status: 'finished', result });
  } catch (error) {
    const problem: BenchProblem =
      error instanceof BenchError
        ? error.problem
        : { kind: 'internal', message: String(error), hint: 'Reload the page and try again.' };
    bench.setState({ status: 'idle', problem });
  }
}

/** Asks the run to end after the piece of work under way; asked twice, ends it at once. What is known stays. */
export function stopBench(): void {
  if (bench.getState().status === 'running') {
    bench.setState({ status: 'stopping' });
    client.stop();
    return;
  }
  client.dispose();
  bench.setState({
    status: 'idle',
    problem: {
      kind: 'stopped',
      message: 'The bench was stopped.',
      hint: 'Start it again for the missing numbers.',
    },
  });
}
