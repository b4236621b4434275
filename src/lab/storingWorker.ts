/** For measurements: stores a checkpoint again and again, in a worker as the lab does, and tells what one takes. */
import type { Experiment } from '../experiment/experiment.ts';
import type { Measured } from '../record/build.ts';
import type { Environment } from '../record/record.ts';
import { type Checkpoint, HeldCheckpoint } from './checkpoint.ts';
import { privateFiles } from './checkpointFiles.ts';
import { RunArchive } from './runArchive.ts';

export interface Storing {
  experiment: Experiment;
  environment: Environment;
  /** What was measured since the checkpoint before. */
  measured: Measured[];
  checkpoint: Checkpoint;
  times: number;
}

/** Milliseconds of each, the first one left out, which opens everything; and whether they went to a file. */
export interface Stored {
  ms: number[];
  isInFile: boolean;
}

addEventListener('message', ({ data }: MessageEvent<Storing>) => {
  void store(data).then((stored) => postMessage(stored));
});

async function store({ experiment, environment, measured, checkpoint, times }: Storing): Promise<Stored> {
  const archive = new RunArchive();
  archive.onUnkept = (error) => {
    throw error;
  };
  archive.begin();
  const held = new HeldCheckpoint(checkpoint);
  const ms: number[] = [];
  for (let i = 0; i <= times; i++) {
    const begun = performance.now();
    archive.add(measured);
    archive.save(experiment, environment, 0, held);
    await archive.flush();
    if (i > 0) ms.push(performance.now() - begun);
  }
  const isInFile = (await privateFiles().ids()).length > 0;
  archive.end();
  await archive.flush();
  return { ms, isInFile };
}
