/**
 * Runs under way, kept in IndexedDB so that they survive the tab: what was measured, piece by piece, and the latest checkpoint.
 * A run is alive as long as its tab holds the lock of its name; one whose lock is free was interrupted.
 * Where storage is denied or full, runs go on without it.
 */
import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import * as v from 'valibot';
import { readExperiment } from '../experiment/check.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Measured } from '../record/build.ts';
import type { Environment } from '../record/record.ts';
import type { Checkpoint } from './checkpoint.ts';

const DATABASE = 'normscape-runs-under-way';
/** Runs written by other versions are left alone. */
const VERSION = 1;

export interface InterruptedRun {
  id: string;
  experiment: Experiment;
  environment: Environment;
  /** Everything measured before the checkpoint's step. */
  measured: Measured[];
  elapsedMs: number;
  checkpoint: Checkpoint;
}

const vector = v.nullable(v.instance(Float32Array));
const savedSchema = v.object({
  version: v.literal(VERSION),
  id: v.string(),
  savedAt: v.number(),
  experiment: v.unknown(),
  environment: v.object({
    backend: v.picklist(['webgpu', 'webgl', 'cpu']),
    adapter: v.string(),
    software: v.boolean(),
    app: v.string(),
    startedAt: v.string(),
  }),
  elapsedMs: v.number(),
  /** How many pieces of measurements belong to the checkpoint. */
  pieces: v.number(),
  checkpoint: v.object({
    next: v.number(),
    members: v.array(
      v.object({
        theta: v.instance(Float32Array),
        running: v.instance(Float32Array),
        velocity: vector,
        eigenvector: vector,
        active: v.boolean(),
      }),
    ),
  }),
});
type Saved = v.InferOutput<typeof savedSchema>;

const lockName = (id: string): string => `normscape-run-${id}`;
const pieceKey = (id: string, index: number): string => `piece/${id}/${index}`;
const runKey = (id: string): string => `run/${id}`;

export class RunArchive {
  private readonly store: UseStore;
  private id: string | null = null;
  private pieces = 0;
  private waiting: Measured[] = [];
  private release: () => void = () => {};
  /** Writes follow one another; a failed one ends the archive of this run. */
  private writing: Promise<void> = Promise.resolve();
  private failed = false;

  private constructor(store: UseStore) {
    this.store = store;
  }

  /** Null where this browser has no IndexedDB. */
  static open(): RunArchive | null {
    try {
      return typeof indexedDB === 'undefined' ? null : new RunArchive(createStore(DATABASE, 'runs'));
    } catch {
      return null;
    }
  }

  /** A new run, or one that goes on after `pieces` pieces. */
  begin(id: string = crypto.randomUUID(), pieces = 0): void {
    this.end();
    this.id = id;
    this.pieces = pieces;
    this.failed = false;
    this.holdLock(id);
  }

  private holdLock(id: string): void {
    void navigator.locks?.request(
      lockName(id),
      () =>
        new Promise<void>((resolve) => {
          this.release = resolve;
        }),
    );
  }

  /** Remembers measurements until the next checkpoint. */
  add(measured: readonly Measured[]): void {
    if (this.id !== null && !this.failed) this.waiting.push(...measured);
  }

  /** Writes what has been measured and the checkpoint that belongs to it, off the caller's path. */
  save(experiment: Experiment, environment: Environment, elapsedMs: number, checkpoint: Checkpoint): void {
    const { id } = this;
    if (id === null || this.failed) return;
    const piece = this.waiting;
    this.waiting = [];
    const index = this.pieces++;
    const saved: Saved = {
      version: VERSION,
      id,
      savedAt: Date.now(),
      experiment,
      environment: environment as Saved['environment'],
      elapsedMs,
      pieces: this.pieces,
      checkpoint,
    };
    this.writing = this.writing
      .then(() => set(pieceKey(id, index), piece, this.store))
      .then(() => set(runKey(id), saved, this.store))
      .catch(() => {
        this.failed = true;
      });
  }

  /** The run is over, or forgotten: nothing of it is kept. */
  end(): void {
    const { id } = this;
    if (id === null) return;
    this.id = null;
    this.waiting = [];
    const count = this.pieces;
    this.writing = this.writing.then(() => this.remove(id, count)).catch(() => {});
    this.release();
  }

  private async remove(id: string, pieces: number): Promise<void> {
    await del(runKey(id), this.store);
    for (let i = 0; i < pieces; i++) await del(pieceKey(id, i), this.store);
  }

  /** The latest run that no tab is running any more; null where there is none, or storage cannot be read. */
  async interrupted(): Promise<InterruptedRun | null> {
    try {
      const runs = (await entries<string, unknown>(this.store))
        .filter(([key]) => String(key).startsWith('run/'))
        .map(([, value]) => v.safeParse(savedSchema, value))
        .flatMap((parsed) => (parsed.success ? [parsed.output] : []))
        .sort((a, b) => b.savedAt - a.savedAt);
      for (const run of runs)
        if (run.id !== this.id && (await isAbandoned(run.id))) return await this.restore(run);
    } catch {
      // Without storage nothing can have been interrupted.
    }
    return null;
  }

  private async restore(run: Saved): Promise<InterruptedRun> {
    const measured: Measured[] = [];
    for (let i = 0; i < run.pieces; i++) {
      const piece: unknown = await get(pieceKey(run.id, i), this.store);
      if (Array.isArray(piece)) measured.push(...(piece as Measured[]));
    }
    return {
      id: run.id,
      experiment: readExperiment(run.experiment).experiment,
      environment: run.environment,
      measured,
      elapsedMs: run.elapsedMs,
      checkpoint: run.checkpoint as Checkpoint,
    };
  }

  /** Forgets an interrupted run. */
  async discard(id: string): Promise<void> {
    const saved: unknown = await get(runKey(id), this.store).catch(() => undefined);
    const parsed = v.safeParse(savedSchema, saved);
    await this.remove(id, parsed.success ? parsed.output.pieces : 0).catch(() => {});
  }

  /** How many pieces a run has, for one that goes on. */
  async piecesOf(id: string): Promise<number> {
    const parsed = v.safeParse(savedSchema, await get(runKey(id), this.store));
    return parsed.success ? parsed.output.pieces : 0;
  }
}

/** Whether no tab holds the run's lock. Without locks a run that is stored is taken for abandoned. */
async function isAbandoned(id: string): Promise<boolean> {
  if (!navigator.locks) return true;
  return navigator.locks.request(lockName(id), { ifAvailable: true }, (lock) => lock !== null);
}
