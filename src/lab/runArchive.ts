/**
 * Runs under way, kept so that they survive the tab: what was measured, piece by piece, and the latest checkpoint.
 * Where storage is denied or full, runs go on without it.
 */
import type { Experiment } from '../experiment/experiment.ts';
import type { Measured } from '../record/build.ts';
import { newId } from '../record/newId.ts';
import type { Environment } from '../record/record.ts';
import type { Checkpoint, HeldCheckpoint } from './checkpoint.ts';
import { type CheckpointFile, type CheckpointFiles, privateFiles } from './checkpointFiles.ts';
import { type Keeping, KeptRun } from './keptRun.ts';
import { inTime, PATIENCE_MS, within } from './patience.ts';
import { RunLocks } from './runLocks.ts';
import { indexedDbStorage, type RunStorage } from './runStorage.ts';
import {
  fromStored,
  isPieceKey,
  isRunKey,
  measuredFrom,
  pieceKey,
  runKey,
  type SavedRun,
} from './savedRun.ts';
import { type CheckpointInFile, isInFile, takeFromFile } from './storedCheckpoint.ts';

/** Storage that may only be slow is given up after this time; one that did not answer before, after that above. */
const SLOW_MS = 20_000;
/** Nobody comes back to an interrupted run after 30 days; then its place is freed. */
const ABANDONED_AFTER_MS = 30 * 24 * 3600 * 1000;

/** A run whose tab has gone. Its lock is held until it is gone on with, or let go of. */
export interface ClaimedRun extends Omit<SavedRun, 'checkpoint'> {
  checkpoint: Checkpoint;
  /** The checkpoint as it lies in the run's file; null where it lies in the database. */
  inFile: CheckpointInFile | null;
  /** Everything measured before the checkpoint's step. */
  measured: Measured[];
  release(): void;
}

export class RunArchive {
  private readonly storage: RunStorage;
  private readonly locks: RunLocks;
  private readonly files: CheckpointFiles;
  private kept: KeptRun | null = null;
  /** Runs that are being taken out of the storage. */
  private readonly leaving = new Set<Promise<void>>();
  /** Whether the storage owes the last answer that it was waited for. */
  private isSilent = false;
  private readonly watched = new Set<string>();
  /** Told once of a run that cannot be kept; it goes on all the same. */
  onUnkept: (error: unknown) => void = () => {};
  private readonly closing = new AbortController();

  constructor(
    storage: RunStorage = indexedDbStorage(),
    locks: RunLocks = new RunLocks(),
    files: CheckpointFiles = privateFiles(),
  ) {
    this.storage = storage;
    this.locks = locks;
    this.files = files;
  }

  /** From now on a new run is kept. */
  begin(): void {
    const id = newId();
    this.keep({ id, pieces: 0, last: null, claimed: this.claimLock(id) });
  }

  /** From now on an interrupted run is kept, with what it has already. */
  goOn({ id, pieces, inFile, release }: ClaimedRun): void {
    this.keep({ id, pieces, last: inFile, claimed: Promise.resolve(release) });
  }

  /** Rejects where the means to claim it throw. */
  private async claimLock(id: string): Promise<(() => void) | null> {
    return this.locks.claim(id);
  }

  private keep(run: Pick<Keeping, 'id' | 'pieces' | 'last' | 'claimed'>): void {
    this.end();
    this.kept = new KeptRun({
      ...run,
      openFile: () => this.openFile(run.id),
      setMany: (pairs) => this.answered(this.storage.setMany(pairs), this.patienceMs),
      onUnkept: (error) => this.onUnkept(error),
    });
  }

  private async openFile(id: string): Promise<CheckpointFile> {
    const opening = this.files.open(id);
    try {
      return await within(opening, PATIENCE_MS);
    } catch (error) {
      // One that comes too late is not used.
      opening.then((file) => file.close()).catch(() => {});
      throw error;
    }
  }

  private get patienceMs(): number {
    return this.isSilent ? PATIENCE_MS : SLOW_MS;
  }

  /** What the database answers. Rejects where it does not in time. */
  private answered<T>(answer: Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
    const isSilent = (is: boolean): void => {
      this.isSilent = is;
    };
    return within(answer, patienceMs, isSilent);
  }

  /** Remembers measurements until the next checkpoint. */
  add(measured: readonly Measured[]): void {
    this.kept?.add(measured);
  }

  /** Takes the checkpoint that belongs to what has been measured, and stores both off the caller's path, as soon as it may. */
  save(
    experiment: Experiment,
    environment: Environment,
    elapsedMs: number,
    checkpoint: HeldCheckpoint,
  ): void {
    this.kept?.save(experiment, environment, elapsedMs, checkpoint);
  }

  /** Stores what is ready at once. Resolves when all of it has reached the storage, or the storage has not answered for a while. */
  async flush(): Promise<void> {
    const { kept } = this;
    // First the write that is under way, then that of what waits for it.
    for (let writes = 0; kept && writes < 2; writes++) if (!(await inTime(kept.store()))) return;
    if (!this.isSilent) await inTime(Promise.all(this.leaving));
  }

  /** The run is over, or forgotten: nothing of it is kept. */
  end(): void {
    const { kept } = this;
    if (!kept) return;
    this.kept = null;
    const gone = this.takeOut(kept).finally(() => this.leaving.delete(gone));
    this.leaving.add(gone);
  }

  private async takeOut(kept: KeptRun): Promise<void> {
    const release = await kept.end();
    // A file that no run names would stay.
    await this.remove(kept.id).catch(() => this.removeFile(kept.id));
    release?.();
  }

  private async remove(id: string): Promise<void> {
    const pieces = (await this.answered(this.storage.keys(), this.patienceMs)).filter(isPieceKey(id));
    await this.answered(this.storage.delMany([runKey(id), ...pieces]), this.patienceMs);
    await this.removeFile(id);
  }

  /** One that is not there, or open in another tab, is not removed. */
  private async removeFile(id: string): Promise<void> {
    await within(this.files.remove(id), PATIENCE_MS).catch(() => {});
  }

  /** Files whose run is no longer there, or never came to be stored: what ended the tab came in between. */
  private async removeOrphans(): Promise<void> {
    const ids = await within(this.files.ids(), PATIENCE_MS);
    for (const id of ids) {
      // A run has its lock before it has a file, and its file before it is stored.
      const isOrphan = id !== this.kept?.id && (await this.locks.isFree(id));
      if (isOrphan && (await this.answered(this.storage.get(runKey(id)))) === undefined)
        await this.removeFile(id);
    }
  }

  /** Runs that this tab does not keep, the latest first; none where storage cannot be read. */
  private async others(): Promise<SavedRun[]> {
    await this.flush();
    const names = await this.answered(this.storage.keys()).catch((): unknown[] => []);
    const runs = await Promise.all(names.filter(isRunKey).map((name) => this.read(name)));
    const others = runs.filter((run): run is SavedRun => run !== null && run.id !== this.kept?.id);
    return others.sort((a, b) => b.savedAt - a.savedAt);
  }

  /** Null where there is no run, or none that can be read. */
  private async read(name: string): Promise<SavedRun | null> {
    const raw = await this.answered(this.storage.get(name)).catch(() => null);
    const run = fromStored(raw);
    return run && runKey(run.id) === name ? run : null;
  }

  /**
   * The latest run that no tab is running any more; null where there is none. `onLater` hears of those that a tab runs now as
   * soon as that tab has gone.
   */
  async interrupted(onLater: (run: SavedRun) => void = () => {}): Promise<SavedRun | null> {
    const runs = await this.others();
    // Without locks nothing says that no tab runs it.
    const areFree = await Promise.all(runs.map(async ({ id }) => this.locks.isFree(id)).map(orFalse));
    for (const [i, { id }] of runs.entries()) if (!areFree[i]) this.watch(id, onLater);
    const free = runs.filter((_, i) => areFree[i]);
    const isAbandoned = ({ savedAt }: SavedRun): boolean => Date.now() - savedAt > ABANDONED_AFTER_MS;
    for (const { id } of free.filter(isAbandoned)) await this.discard(id);
    await this.removeOrphans().catch(() => {});
    // One whose pieces are damaged must not hide those before it.
    for (const run of free) if (!isAbandoned(run) && (await this.isWhole(run))) return run;
    return null;
  }

  private async isWhole(run: SavedRun): Promise<boolean> {
    return (await this.measuredOf(run)) !== null && (await this.checkpointOf(run)) !== null;
  }

  private watch(id: string, onInterrupted: (run: SavedRun) => void): void {
    if (this.watched.has(id)) return;
    this.watched.add(id);
    this.whenFree(id)
      .then(async () => {
        this.watched.delete(id);
        // One that came to its end is there no longer.
        const run = await this.read(runKey(id));
        if (run && run.id !== this.kept?.id && (await this.isWhole(run))) onInterrupted(run);
      })
      .catch(() => {});
  }

  private async whenFree(id: string): Promise<void> {
    await this.locks.whenFree(id, this.closing.signal);
  }

  /** Takes an interrupted run for this tab; null where it is gone, cannot be read, or another tab has it. */
  async claim(id: string): Promise<ClaimedRun | null> {
    const release = await this.claimLock(id).catch(() => null);
    if (!release) return null;
    const run = await this.read(runKey(id));
    const measured = run && (await this.measuredOf(run));
    const checkpoint = run && (await this.checkpointOf(run));
    if (run && measured && checkpoint) {
      const inFile = isInFile(run.checkpoint) ? run.checkpoint : null;
      return { ...run, measured, checkpoint, inFile, release };
    }
    release();
    return null;
  }

  /** Null where its file is missing or damaged. */
  private async checkpointOf({ id, checkpoint }: SavedRun): Promise<Checkpoint | null> {
    if (!isInFile(checkpoint)) return checkpoint;
    return within(takeFromFile(this.files, id, checkpoint), SLOW_MS).catch(() => null);
  }

  /** Null where a piece is missing, or the pieces make no record. */
  private async measuredOf({ id, pieces, experiment, environment }: SavedRun): Promise<Measured[] | null> {
    try {
      const stored: unknown[] = [];
      for (let i = 0; i < pieces; i++) {
        const piece = await this.answered(this.storage.get(pieceKey(id, i)));
        if (piece === undefined) return null;
        stored.push(piece);
      }
      return measuredFrom(stored, experiment, environment);
    } catch {
      return null;
    }
  }

  /** Forgets an interrupted run; one that a tab is busy with stays. */
  async discard(id: string): Promise<void> {
    const release = await this.claimLock(id).catch(() => null);
    if (!release) return;
    try {
      if (await this.read(runKey(id))) await this.remove(id);
    } catch {
      // Storage that cannot be read keeps what it has.
    } finally {
      release();
    }
  }

  /** Stops watching; what is kept stays in storage. */
  close(): void {
    this.kept?.forgetWaiting();
    this.closing.abort();
    this.locks.close();
  }
}

const orFalse = (answer: Promise<boolean>): Promise<boolean> => answer.catch(() => false);
