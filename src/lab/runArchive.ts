/**
 * Runs under way, kept so that they survive the tab: what was measured, piece by piece, and the latest checkpoint.
 * Where storage is denied or full, runs go on without it.
 */
import type { Experiment } from '../experiment/experiment.ts';
import { addMeasured, emptyRecord, type Measured } from '../record/build.ts';
import { readRecord } from '../record/json.ts';
import { newId } from '../record/newId.ts';
import type { Environment } from '../record/record.ts';
import type { PackedCheckpoint } from './checkpoint.ts';
import { RunLocks } from './runLocks.ts';
import { indexedDbStorage, type RunStorage } from './runStorage.ts';
import { fromStored, isRunKey, pieceKey, runKey, type SavedRun, toStored } from './savedRun.ts';

/**
 * Checkpoints go to storage at most so often. One that comes sooner waits for the rest of that time, or for a later one in
 * its place, and not for the end of a long step: with the pace of checkpoints, at most twice this time, or a step that
 * takes longer, is lost with the tab.
 */
export const STORE_EVERY_MS = 900;
/** Storage that does not answer holds nothing up for longer. */
const PATIENCE_MS = 2000;
/** Nobody comes back to an interrupted run after 30 days; then its place is freed. */
const ABANDONED_AFTER_MS = 30 * 24 * 3600 * 1000;

/** A run whose tab has gone. Its lock is held until it is gone on with, or let go of. */
export interface ClaimedRun extends SavedRun {
  /** Everything measured before the checkpoint's step. */
  measured: Measured[];
  release(): void;
}

/** The run that this tab keeps. */
interface KeptRun {
  id: string;
  pieces: number;
  /** Settles once the run's lock is this tab's. */
  claimed: Promise<(() => void) | null>;
}

/** A checkpoint that waits to be stored, and what was measured before it since the last one. */
interface Ready {
  measured: Measured[];
  experiment: Experiment;
  environment: Environment;
  elapsedMs: number;
  checkpoint: PackedCheckpoint;
}

export class RunArchive {
  private readonly storage: RunStorage;
  private readonly locks: RunLocks;
  private kept: KeptRun | null = null;
  private waiting: Measured[] = [];
  private ready: Ready | null = null;
  /** Runs for a while after each checkpoint that is stored. */
  private resting: ReturnType<typeof setTimeout> | null = null;
  /** Writes follow one another; a failed one ends the archive of its run. */
  private writing: Promise<void> = Promise.resolve();
  private failed = false;
  private readonly watched = new Set<string>();
  /** Told once a run whose pieces could not be written; it goes on without being kept. */
  onUnkept: (error: unknown) => void = () => {};
  private readonly closing = new AbortController();

  constructor(storage: RunStorage = indexedDbStorage(), locks: RunLocks = new RunLocks()) {
    this.storage = storage;
    this.locks = locks;
  }

  /** From now on a new run is kept. */
  begin(): void {
    const id = newId();
    this.keep({ id, pieces: 0, claimed: this.locks.claim(id) });
  }

  /** From now on an interrupted run is kept, with what it has already. */
  goOn({ id, pieces, release }: ClaimedRun): void {
    this.keep({ id, pieces, claimed: Promise.resolve(release) });
  }

  private keep(run: KeptRun): void {
    this.end();
    this.kept = run;
    this.failed = false;
    this.writing = this.writing.then(async () => {
      // Before its first write, so that no other tab takes it for interrupted.
      if ((await run.claimed) === null) this.failed = true;
    });
  }

  /** Remembers measurements until the next checkpoint. */
  add(measured: readonly Measured[]): void {
    if (this.kept && !this.failed) this.waiting.push(...measured);
  }

  /** Takes the checkpoint that belongs to what has been measured, and stores both off the caller's path, as soon as it may. */
  save(
    experiment: Experiment,
    environment: Environment,
    elapsedMs: number,
    checkpoint: PackedCheckpoint,
  ): void {
    if (!this.kept || this.failed) return;
    const measured = [...(this.ready?.measured ?? []), ...this.waiting];
    this.waiting = [];
    this.ready = { measured, experiment, environment, elapsedMs, checkpoint };
    if (this.resting === null) this.store();
  }

  /** Stores what is ready, and rests then. */
  private store(): void {
    const { kept, ready } = this;
    this.rest(false);
    if (!kept || !ready || this.failed) return;
    this.ready = null;
    this.rest(true);
    const index = kept.pieces++;
    const { id, pieces } = kept;
    const { measured, checkpoint, ...set } = ready;
    const saved = { ...set, id, savedAt: Date.now(), pieces };
    this.write(async () => {
      if (this.failed) return;
      const run = { ...saved, checkpoint: checkpoint.unpack() };
      await this.storage.setMany([
        [pieceKey(id, index), measured],
        [runKey(id), toStored(run)],
      ]);
    });
  }

  private rest(isOn: boolean): void {
    if (this.resting !== null) clearTimeout(this.resting);
    this.resting = isOn ? setTimeout(() => this.store(), STORE_EVERY_MS) : null;
  }

  private forgetWaiting(): void {
    this.waiting = [];
    this.ready = null;
    this.rest(false);
  }

  private write(work: () => Promise<void>): void {
    this.writing = this.writing.then(work).catch((error: unknown) => this.fail(error));
  }

  private fail(error: unknown): void {
    if (!this.failed) this.onUnkept(error);
    this.failed = true;
    this.forgetWaiting();
  }

  /** Stores what is ready at once. Resolves when all of it has reached the storage, or the storage does not answer. */
  async flush(): Promise<void> {
    if (this.failed) return;
    this.store();
    const answered = await patiently(this.writing.then(() => true));
    if (!answered) this.fail(new Error('It does not answer.'));
  }

  /** The run is over, or forgotten: nothing of it is kept. */
  end(): void {
    const run = this.kept;
    if (!run) return;
    this.kept = null;
    this.forgetWaiting();
    this.write(async () => {
      await this.remove(run.id, run.pieces).catch(() => {});
      (await run.claimed)?.();
    });
  }

  private async remove(id: string, pieces: number): Promise<void> {
    const names = Array.from({ length: pieces }, (_, index) => pieceKey(id, index));
    await this.storage.delMany([runKey(id), ...names]);
  }

  /** Runs that this tab does not keep, the latest first; none where storage cannot be read. */
  private async others(): Promise<SavedRun[]> {
    await this.flush();
    const runs = await patiently(this.readRuns().catch(() => []));
    return (runs ?? []).filter(({ id }) => id !== this.kept?.id).sort((a, b) => b.savedAt - a.savedAt);
  }

  private async readRuns(): Promise<SavedRun[]> {
    const names = (await this.storage.keys()).filter(isRunKey);
    const stored = await Promise.all(names.map((name) => this.storage.get(name)));
    return stored.map(fromStored).filter((run) => run !== null);
  }

  /**
   * The latest run that no tab is running any more; null where there is none. `onLater` hears of those that a tab runs now as
   * soon as that tab has gone.
   */
  async interrupted(onLater: (run: SavedRun) => void = () => {}): Promise<SavedRun | null> {
    const runs = await this.others();
    const areFree = await Promise.all(runs.map(({ id }) => this.locks.isFree(id)));
    for (const [i, { id }] of runs.entries()) if (!areFree[i]) this.watch(id, onLater);
    const free = runs.filter((_, i) => areFree[i]);
    const isAbandoned = ({ savedAt }: SavedRun): boolean => Date.now() - savedAt > ABANDONED_AFTER_MS;
    for (const { id } of free.filter(isAbandoned)) await this.discard(id);
    return free.find((run) => !isAbandoned(run)) ?? null;
  }

  private watch(id: string, onInterrupted: (run: SavedRun) => void): void {
    if (this.watched.has(id)) return;
    this.watched.add(id);
    this.locks
      .whenFree(id, this.closing.signal)
      .then(async () => {
        this.watched.delete(id);
        // One that came to its end is there no longer.
        const run = fromStored(await this.storage.get(runKey(id)));
        if (run && run.id !== this.kept?.id) onInterrupted(run);
      })
      .catch(() => {});
  }

  /** Takes an interrupted run for this tab; null where it is gone, or another tab has it. */
  async claim(id: string): Promise<ClaimedRun | null> {
    const release = await this.locks.claim(id);
    if (!release) return null;
    try {
      const run = fromStored(await this.storage.get(runKey(id)));
      const measured = run && (await this.measuredOf(run));
      if (run && measured) return { ...run, measured, release };
    } catch {
      // What cannot be read cannot be taken over.
    }
    release();
    return null;
  }

  /** Null where a piece is missing, or the pieces make no record. */
  private async measuredOf({ id, pieces, experiment, environment }: SavedRun): Promise<Measured[] | null> {
    const measured: Measured[] = [];
    for (let i = 0; i < pieces; i++) {
      const piece = await this.storage.get(pieceKey(id, i));
      if (!Array.isArray(piece)) return null;
      for (const one of piece) measured.push(one as Measured);
    }
    const record = emptyRecord(experiment, environment);
    for (const one of measured) addMeasured(record, one);
    return readRecord(record).ok ? measured : null;
  }

  /** Forgets an interrupted run; one that a tab is busy with stays. */
  async discard(id: string): Promise<void> {
    const release = await this.locks.claim(id);
    if (!release) return;
    try {
      const run = fromStored(await this.storage.get(runKey(id)));
      if (run) await this.remove(id, run.pieces);
    } catch {
      // Storage that cannot be read keeps what it has.
    } finally {
      release();
    }
  }

  /** Stops watching; what is kept stays in storage. */
  close(): void {
    this.forgetWaiting();
    this.closing.abort();
    this.locks.close();
  }
}

/** The value, or undefined where it does not come in time. */
function patiently<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
