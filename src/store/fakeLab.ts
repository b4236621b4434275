/** A lab without networks for tests: it keeps the contract of `Lab` and makes up plausible numbers. */
import type { DevicePace } from '../experiment/duration.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { emptyRecord, type GridPoint, type Measured } from '../record/build.ts';
import type { Environment, VariantRecord } from '../record/record.ts';
import { type Device, type Lab, LabError, type LabEvent, type LabProblem, type LabState } from './lab.ts';

export interface FakeLabOptions {
  device?: Partial<Device>;
  /** Waits between two steps. */
  pace?: () => Promise<void>;
  /** Steps at which variants, by id, lose their finite loss. */
  divergesAt?: Record<string, number>;
  /** A step at which a problem stops the run. */
  failsAt?: { step: number; problem: LabProblem };
  /** A problem that keeps the run from beginning. */
  refusesToBegin?: LabProblem;
  bytes?: number;
  /** What the short measurement gives. */
  measuredPace?: DevicePace | null;
}

const DEVICE: Device = {
  backend: 'webgpu',
  adapter: 'Test adapter',
  software: true,
  fallback: null,
  memoryBytes: 2e9,
};

/** A number in [0, 1) that depends on nothing but its arguments. */
function noise(...seeds: number[]): number {
  const mixed =
    Math.sin(seeds.reduce((sum, seed, i) => sum + seed * (12.9898 + 65.189 * i), 0.5)) * 43758.5453;
  return mixed - Math.floor(mixed);
}

/** How restless a network is: 1 for the standard one, less for the normalised. */
const restlessness = (variant: VariantRecord): number => (variant.norm === 'none' ? 1 : 0.22);

export class FakeLab implements Lab {
  readonly calls: string[] = [];
  private readonly listeners = new Set<(event: LabEvent) => void>();
  private readonly options: FakeLabOptions;
  private experiment: Experiment | null = null;
  private variants: VariantRecord[] = [];
  private state: LabState = 'idle';
  private step_ = 0;
  private begun = false;
  private pauseAsked = false;

  constructor(options: FakeLabOptions = {}) {
    this.options = options;
  }

  async open(): Promise<Device> {
    this.calls.push('open');
    return { ...DEVICE, ...this.options.device };
  }

  async measurePace(): Promise<DevicePace | null> {
    this.calls.push('measurePace');
    return this.options.measuredPace ?? null;
  }

  async configure(experiment: Experiment): Promise<void> {
    this.calls.push('configure');
    this.experiment = structuredClone(experiment);
    this.forget();
  }

  async run(): Promise<LabState> {
    this.calls.push('run');
    return this.advance(Number.POSITIVE_INFINITY);
  }

  async step(count: number): Promise<LabState> {
    this.calls.push(`step ${count}`);
    return this.advance(count);
  }

  async pause(): Promise<void> {
    this.calls.push('pause');
    this.pauseAsked = true;
    while (this.state === 'running' || this.state === 'preparing') await tick();
  }

  async reset(): Promise<void> {
    this.calls.push('reset');
    this.forget();
  }

  async interrupted(): Promise<null> {
    return null;
  }

  async resume(): Promise<void> {}

  async keep(): Promise<void> {}

  async discard(): Promise<void> {}

  async probeBundle(): Promise<ArrayBuffer> {
    if (!this.begun)
      throw new LabError({ kind: 'not-ready', message: 'Nothing has been probed.', hint: 'Run first.' });
    return new ArrayBuffer(8);
  }

  async loseDevice(): Promise<void> {
    this.emit({ type: 'problem', problem: { kind: 'device-lost', message: 'The GPU was lost.', hint: '' } });
  }

  subscribe(listener: (event: LabEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): void {
    this.listeners.clear();
  }

  emit(event: LabEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private forget(): void {
    this.step_ = 0;
    this.begun = false;
    this.enter('idle');
  }

  private enter(state: LabState): LabState {
    this.state = state;
    this.emit({ type: 'state', state, step: this.step_, steps: this.experiment?.steps ?? 0 });
    return state;
  }

  private async begin(experiment: Experiment): Promise<void> {
    const total = this.options.bytes ?? 3_200_000;
    for (let part = 0; part <= 4; part++) {
      this.emit({
        type: 'progress',
        label: 'Loading images',
        done: (part * total) / 4,
        total,
        unit: 'bytes',
      });
      await this.pace();
    }
    const { backend, adapter, software } = { ...DEVICE, ...this.options.device };
    const environment: Environment = {
      backend,
      adapter,
      software,
      app: 'fake',
      startedAt: '2026-01-01T00:00:00Z',
    };
    this.variants = emptyRecord(experiment, environment).variants;
    this.begun = true;
    this.emit({ type: 'started', experiment, environment });
  }

  private async advance(count: number): Promise<LabState> {
    const { experiment } = this;
    if (!experiment)
      throw new LabError({ kind: 'not-ready', message: 'Nothing is configured.', hint: 'Configure first.' });
    this.pauseAsked = false;
    this.enter('preparing');
    const { refusesToBegin, failsAt } = this.options;
    if (refusesToBegin) return this.fail(refusesToBegin);
    if (!this.begun) await this.begin(experiment);
    this.enter('running');
    const until = Math.min(experiment.steps, this.step_ + count);
    while (this.step_ < until && !this.pauseAsked) {
      this.measure(experiment);
      this.step_ += 1;
      if (failsAt?.step === this.step_) return this.fail(failsAt.problem);
      await this.pace();
    }
    if (this.step_ === experiment.steps) this.finish(experiment);
    return this.enter(this.step_ === experiment.steps ? 'finished' : 'paused');
  }

  private pace(): Promise<void> {
    return this.options.pace?.() ?? Promise.resolve();
  }

  private fail(problem: LabProblem): LabState {
    this.emit({ type: 'problem', problem });
    return this.enter('failed');
  }

  private finish(experiment: Experiment): void {
    const measured = this.variants.flatMap(({ divergedAt }, variant): Measured[] =>
      divergedAt === null ? [{ kind: 'status', variant, status: 'finished', step: experiment.steps }] : [],
    );
    this.emit({ type: 'measured', measured, step: this.step_, stepsPerSecond: 12.3 });
  }

  private measure(experiment: Experiment): void {
    const measured: Measured[] = [];
    for (const [index, variant] of this.variants.entries()) {
      if (variant.divergedAt !== null) continue;
      measured.push(...this.measureVariant(experiment, index, variant));
    }
    measured.push({ kind: 'timing', step: this.step_, elapsedMs: this.step_ * 81 });
    this.emit({ type: 'measured', measured, step: this.step_ + 1, stepsPerSecond: 12.3 });
  }

  private measureVariant(experiment: Experiment, index: number, variant: VariantRecord): Measured[] {
    const step = this.step_;
    const share = step / experiment.steps;
    const quick = variant.norm === 'none' ? 4 : 9;
    const level = 0.25 + 2.1 * Math.exp(-quick * share);
    const loss = level * (0.85 + 0.3 * noise(step, index, variant.seed));
    const accuracy = Math.min(1, Math.max(0, 1 - level / 2.6 + 0.16 * (noise(index, step, 3) - 0.5)));
    if (this.options.divergesAt?.[variant.id] === step) {
      variant.divergedAt = step;
      return [
        { kind: 'train', variant: index, step: [step], loss: [Number.NaN], accuracy: [accuracy] },
        { kind: 'status', variant: index, status: 'diverged', step },
      ];
    }
    const measured: Measured[] = [
      { kind: 'train', variant: index, step: [step], loss: [loss], accuracy: [accuracy] },
    ];
    if (step % experiment.probeEvery === 0)
      measured.push(...this.probe(experiment, index, variant, level, loss));
    if (step % experiment.testEvery === 0 && experiment.testExamples > 0)
      measured.push({ kind: 'test', variant: index, step, loss: level + 0.2, accuracy: 1 - level / 2.4 });
    return measured;
  }

  private probe(
    experiment: Experiment,
    index: number,
    variant: VariantRecord,
    level: number,
    loss: number,
  ): Measured[] {
    const step = this.step_;
    const spike = restlessness(variant) * (noise(step, 7, index) > 0.7 ? 5 : 1) * (0.4 + noise(index, step));
    const grid = (multiples: number[]): GridPoint => ({
      lossAt: multiples.map((multiple) => level * (1 + multiple * 0.4 * spike)),
      gradientDifferenceAt: multiples.map((multiple) => 18 * Math.sqrt(multiple) * (0.4 + spike)),
      beta: (4 + 20 * spike) / Math.max(0.2, multiples[0] ?? 1),
    });
    return [
      {
        kind: 'landscape',
        variant: index,
        step,
        loss,
        gradientNorm: 1 + spike,
        grid: grid(experiment.probeSteps),
        fine: grid(experiment.fineSteps),
        random: grid([]),
      },
      {
        kind: 'ics',
        variant: index,
        step,
        layers: experiment.icsLayers.map((layer) => ({
          layer,
          l2: layer === 1 ? 0 : 0.3 * (0.5 + noise(step, index, layer)) * (1 + spike),
          cosine: layer === 1 ? 1 : Math.max(-1, 0.8 - 0.15 * layer * noise(layer, step, index)),
        })),
      },
    ];
  }
}

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
