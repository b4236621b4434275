/** The page that `npm run bench` builds and drives: the bench behind one function of the window. */
import {
  BenchError,
  type BenchListener,
  type BenchOptions,
  type BenchProblem,
  type BenchResult,
  createBenchClient,
} from '../src/worker/benchClient.ts';

/** What the script calls; a problem comes back as data, for an error loses its fields on the way. */
export interface BenchPage {
  bench(options: BenchOptions): Promise<{ result: BenchResult } | { problem: BenchProblem }>;
}

let lastLabel = '';

const listener: BenchListener = {
  onProgress: (label) => {
    if (label !== lastLabel) console.log(`${label} …`);
    lastLabel = label;
  },
  onPartial: () => {},
};

Object.assign(window, {
  async bench(options) {
    try {
      return { result: await createBenchClient().run(options, listener) };
    } catch (error) {
      if (!(error instanceof BenchError)) throw error;
      return { problem: error.problem };
    }
  },
} satisfies BenchPage);
