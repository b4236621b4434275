/**
 * Runs under way, kept so that they survive the tab: what was measured, piece by piece, and the latest checkpoint.
 * Where storage is denied or full, runs go on without it.
 */
import type { Experiment } from '../experiment/experiment.ts';
import type { Measured } from '../record/build.ts';
import { newId } from '../record/newId.ts';
import type { Environment } from '../record/record.ts';
import type { PackedCheckpoint } from './checkpoint.ts';
import { KeptRun } from './keptRun.ts';
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

export { STORE_EVERY_MS } from './keptRun.ts';

/** Nothing is held up for longer without an answer of the storage. */
const PATIENCE_MS = 2000;
/** Storage that may only be slow is given up after this time; one that did not answer before, after that above. */
const SLOW_MS = 20_000;
/** Nobody comes back to an interrupted run after 30 days; then its place is freed. */
const ABANDONED_AFTER_MS = 30 * 24 * 3600 * 1000;

/** A run whose tab has gone. Its lock is held until it is gone on with, or let go of. */
export interface ClaimedRun extends SavedRun {
  /** Everything measured before the checkpoint's step. */
  measured: Measured[];
  release(): void;
}

export class RunArchive {
  private readonly storage: RunStorage;
  private readonly locks: RunLocks;
  private kept: KeptRun | null = null;
  /** Runs that are being taken out of the storage. */
  private readonly leaving = new Set<Promise<void>>();
  /** Whether the storage owes the last answer that it was waited for. */
  private isSilent = false;
  private readonly watched = new Set<string>();
  /** Told once of a run that cannot be kept; it goes on all the same. */
  onUnkept: (error: unknown) => void = () => {};
  private readonly closing = new AbortController();

  constructor(storage: RunStorage = indexedDbStorage(), locks: RunLocks = new RunLocks()) {
    this.storage = storage;
    this.locks = locks;
  }

  /** From now on a new run is kept. */
  begin(): void {
    const id = newId();
    this.keep(id, 0, this.claimLock(id));
  }

  /** From now on an interrupted run is kept, with what it has already. */
  goOn({ id, pieces, release }: ClaimedRun): void {
    this.keep(id, pieces, Promise.resolve(release));
  }

  /** Rejects where the means to claim it throw. */
  private async claimLock(id: string): Promise<(() => void) | null> {
    return this.locks.claim(id);
  }

  private keep(id: string, pieces: number, claimed: Promise<(() => void) | null>): void {
    this.end();
    this.kept = new KeptRun({
      id,
      pieces,
      claimed,
      setMany: (pairs) => this.answered(this.storage.setMany(pairs), this.patienceMs),
      onUnkept: (error) => this.onUnkept(error),
    });
  }

  private get patienceMs(): number {
    return this.isSilent ? PATIENCE_MS : SLOW_MS;
  }

  /** What the storage answers. Rejects where it does not in time. */
  private answered<T>(answer: Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
    return new Promise((resolve, reject) => {
      const alarm = setTimeout(() => {
        this.isSilent = true;
        reject(new Error('It does not answer.'));
      }, patienceMs);
      const told = (): void => {
        clearTimeout(alarm);
        this.isSilent = false;
      };
      answer.finally(told).then(resolve, reject);
    });
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
    checkpoint: PackedCheckpoint,
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
    await this.remove(kept.id).catch(() => {});
    release?.();
  }

  private async remove(id: string): Promise<void> {
    const pieces = (await this.answered(this.storage.keys(), this.patienceMs)).filter(isPieceKey(id));
    await this.answered(this.storage.delMany([runKey(id), ...pieces]), this.patienceMs);
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
    // One whose pieces are damaged must not hide those before it.
    for (const run of free) if (!isAbandoned(run) && (await this.measuredOf(run))) return run;
    return null;
  }

  private watch(id: string, onInterrupted: (run: SavedRun) => void): void {
    if (this.watched.has(id)) return;
    this.watched.add(id);
    this.whenFree(id)
      .then(async () => {
        this.watched.delete(id);
        // One that came to its end is there no longer.
        const run = await this.read(runKey(id));
        if (run && run.id !== this.kept?.id && (await this.measuredOf(run))) onInterrupted(run);
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
    if (run && measured) return { ...run, measured, release };
    release();
    return null;
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

/** Whether the work is over before patience is. */
function inTime(work: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}
