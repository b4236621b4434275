/** The page's end of the bench: one worker a run, thrown away afterwards with all its devices. */
import { BenchError } from '../lab/bench/problem.ts';
import type { BenchListener, BenchOptions, BenchResult } from '../lab/bench/result.ts';
import { readFromBench, type ToBench } from './benchMessages.ts';

export { estimateMs } from '../lab/bench/estimate.ts';
export { LAB_ROUNDS_LABEL, stepsOfLabRound } from '../lab/bench/labRounds.ts';
export { BenchError, type BenchProblem } from '../lab/bench/problem.ts';
export { benchJson, benchMarkdown } from '../lab/bench/report.ts';
export type { BenchListener, BenchOptions, BenchResult } from '../lab/bench/result.ts';
export { type BenchTable, benchTables, benchTask } from '../lab/bench/tables.ts';
export { type CalibrationChoice, calibrationChoices } from '../lab/calibrationStore.ts';

export interface BenchClient {
  /** Rejects with BenchError: also while another run is under way, and when stopped. */
  run(options: BenchOptions, listener: BenchListener): Promise<BenchResult>;
  /** Asks the run to end after the piece of work under way; it rejects with the kind `stopped`. */
  stop(): void;
  /** Ends the run at once; its promise is left unsettled. */
  dispose(): void;
}

class WorkerBench implements BenchClient {
  private worker: Worker | null = null;

  run(options: BenchOptions, listener: BenchListener): Promise<BenchResult> {
    if (this.worker)
      return Promise.reject(
        new BenchError('busy', 'The bench is running already.', 'Wait for it, or stop it.'),
      );
    const worker = new Worker(new URL('./benchWorker.ts', import.meta.url), { type: 'module' });
    this.worker = worker;
    const result = new Promise<BenchResult>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<unknown>) => {
        const message = readFromBench(data);
        if (message?.type === 'progress') listener.onProgress(message.label, message.done, message.total);
        if (message?.type === 'partial') listener.onPartial(message.part);
        if (message?.type === 'finished') resolve(message.result);
        if (message?.type === 'failed') {
          const { kind, message: words, hint } = message.problem;
          reject(new BenchError(kind, words, hint));
        }
      };
      worker.onerror = (event) => {
        event.preventDefault();
        const words = event.message || 'The worker of the bench could not be loaded.';
        reject(new BenchError('internal', words, 'Reload the page and try again.'));
      };
    });
    worker.postMessage({ type: 'start', options } satisfies ToBench);
    return result.finally(() => this.dispose());
  }

  stop(): void {
    this.worker?.postMessage({ type: 'stop' } satisfies ToBench);
  }

  dispose(): void {
    this.worker?.terminate();
    this.worker = null;
  }
}

export function createBenchClient(): BenchClient {
  return new WorkerBench();
}
