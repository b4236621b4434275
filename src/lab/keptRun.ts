/** One run under way, kept in storage: piece by piece what it measured, and with each piece its latest checkpoint. */
import type { Experiment } from '../experiment/experiment.ts';
import type { Measured } from '../record/build.ts';
import type { Environment } from '../record/record.ts';
import type { Checkpoint, HeldCheckpoint } from './checkpoint.ts';
import type { CheckpointFile } from './checkpointFiles.ts';
import type { RunStorage } from './runStorage.ts';
import { pieceKey, runKey, toStored } from './savedRun.ts';
import { bytesOf, type CheckpointInFile, putInFile } from './storedCheckpoint.ts';

/**
 * Storage rests for so long after each write. A checkpoint that comes meanwhile waits, or a later one in its place, and not for
 * the end of a long step: with the pace of checkpoints, at most twice this time, or a step or two writes that take longer, are
 * lost with the tab. After a large one it rests longer.
 */
export const STORE_EVERY_MS = 900;
/** Bytes of a checkpoint that are stored in a millisecond, in a file and in the database: measured on two processor cores. */
const STORED_BYTES_A_MS = { inFile: 4e6, inDatabase: 7e4 };
/** A file that cannot be opened may be locked for a moment, by the tab that is gone. */
const MOST_OPENINGS = 3;
/** Of the time of training. */
const SHARE_OF_STORING = 0.006;

/** How long the storage rests after a checkpoint, so that storing takes no larger share of the time. */
export const storeEveryMs = (bytes: number, where: keyof typeof STORED_BYTES_A_MS): number =>
  Math.max(STORE_EVERY_MS, bytes / STORED_BYTES_A_MS[where] / SHARE_OF_STORING);

/** A checkpoint that waits to be stored, and what was measured before it since the last one. */
interface Ready {
  measured: Measured[];
  experiment: Experiment;
  environment: Environment;
  elapsedMs: number;
  checkpoint: HeldCheckpoint;
}

export interface Keeping {
  id: string;
  /** Pieces that are stored already. */
  pieces: number;
  /** The last checkpoint, where it is stored in the run's file. */
  last: CheckpointInFile | null;
  /** Settles once the run's lock is this tab's, with what lets go of it; null where it is not to be had. */
  claimed: Promise<(() => void) | null>;
  /** Rejects where the storage does not answer. */
  setMany: RunStorage['setMany'];
  /** The run's file; rejects where checkpoints must go to the database. */
  openFile: () => Promise<CheckpointFile>;
  /** Told once: the run goes on without being kept. */
  onUnkept(error: unknown): void;
}

/** At most one write is under way, and only the newest checkpoint waits, with all pieces that it needs. */
export class KeptRun {
  readonly id: string;
  private readonly claimed: Promise<(() => void) | null>;
  private readonly setMany: RunStorage['setMany'];
  private readonly openFile: Keeping['openFile'];
  private readonly onUnkept: (error: unknown) => void;
  private pieces: number;
  private last: CheckpointInFile | null;
  /** Null until it has been opened, and where there is none to be had. */
  private file: CheckpointFile | null = null;
  private openings = 0;
  private waiting: Measured[] = [];
  private ready: Ready | null = null;
  private writing: Promise<void> | null = null;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private restMs = STORE_EVERY_MS;
  /** After a failure, or the run's end. */
  private isOver = false;

  constructor({ id, pieces, last, claimed, setMany, openFile, onUnkept }: Keeping) {
    this.id = id;
    this.pieces = pieces;
    this.last = last;
    this.setMany = setMany;
    this.openFile = openFile;
    this.onUnkept = onUnkept;
    this.claimed = claimed.catch((error: unknown) => {
      this.fail(error);
      return null;
    });
    void this.claimed.then((release) => {
      if (!release) this.fail(new Error('The browser gave the run no lock.'));
    });
  }

  /** Remembers measurements until the next checkpoint. */
  add(measured: readonly Measured[]): void {
    if (!this.isOver) this.waiting.push(...measured);
  }

  /** Takes the checkpoint that belongs to what has been measured, and stores both off the caller's path, as soon as it may. */
  save(
    experiment: Experiment,
    environment: Environment,
    elapsedMs: number,
    checkpoint: HeldCheckpoint,
  ): void {
    if (this.isOver) return;
    const measured = [...(this.ready?.measured ?? []), ...this.waiting];
    this.waiting = [];
    this.ready?.checkpoint.letGo();
    this.ready = { measured, experiment, environment, elapsedMs, checkpoint: checkpoint.hold() };
    if (this.resting === undefined) void this.store();
  }

  /** Stores what is ready at once, or leaves it waiting where a write is under way. Resolves at the end of that write. */
  async store(): Promise<void> {
    const { ready } = this;
    if (ready && !this.writing) {
      this.ready = null;
      this.rest(false);
      this.writing = this.write(ready).then(
        () => this.written(ready.checkpoint),
        // The storage may still read what it did not take in time: nothing else is put there.
        (error: unknown) => this.fail(error),
      );
    }
    await this.writing;
  }

  private async write({ measured, checkpoint: { checkpoint }, ...set }: Ready): Promise<void> {
    // Before its first write, so that no other tab takes it for interrupted.
    await this.claimed;
    if (this.isOver) return;
    const inFile = await this.putInFile(checkpoint);
    const { id } = this;
    const index = this.pieces++;
    this.restMs = storeEveryMs(bytesOf(checkpoint), inFile ? 'inFile' : 'inDatabase');
    const stored = inFile ?? checkpoint;
    const run = { ...set, id, savedAt: Date.now(), pieces: this.pieces, checkpoint: stored };
    await this.setMany([
      [pieceKey(id, index), measured],
      [runKey(id), toStored(run)],
    ]);
    this.last = inFile;
  }

  /** Null where the database must take the vectors too. Rejects where storage is full. */
  private async putInFile(checkpoint: Checkpoint): Promise<CheckpointInFile | null> {
    if (!this.file && this.openings < MOST_OPENINGS) {
      this.openings++;
      this.file = await this.openFile().catch(() => null);
    }
    const { file } = this;
    if (!file) return null;
    try {
      return putInFile(file, checkpoint, this.last);
    } catch (error) {
      if (error instanceof Error && error.name === 'QuotaExceededError') throw error;
      this.closeFile();
      return null;
    }
  }

  private closeFile(): void {
    try {
      this.file?.close();
    } catch {
      // What the browser took away is closed.
    }
    this.file = null;
  }

  private written(checkpoint: HeldCheckpoint): void {
    checkpoint.letGo();
    this.writing = null;
    this.rest(true);
  }

  private rest(isOn: boolean): void {
    clearTimeout(this.resting);
    this.resting = isOn && !this.isOver ? setTimeout(() => this.wake(), this.restMs) : undefined;
  }

  private wake(): void {
    this.resting = undefined;
    void this.store();
  }

  private fail(error: unknown): void {
    this.writing = null;
    if (!this.isOver) this.onUnkept(error);
    this.stop();
  }

  private stop(): void {
    this.isOver = true;
    this.forgetWaiting();
  }

  /** What is stored stays; what waits is not stored. */
  forgetWaiting(): void {
    this.waiting = [];
    this.ready?.checkpoint.letGo();
    this.ready = null;
    this.rest(false);
  }

  /** Writes nothing more. Resolves once the last write is over, with what lets go of the lock where it was this tab's. */
  async end(): Promise<(() => void) | null> {
    this.stop();
    await this.writing;
    this.closeFile();
    return this.claimed;
  }
}
