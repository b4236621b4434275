/** The page's end: a lab whose work is done in a worker. */
import type { DevicePace } from '../experiment/duration.ts';
import type { Experiment } from '../experiment/experiment.ts';
import {
  type Device,
  type InterruptedSummary,
  type Lab,
  LabError,
  type LabEvent,
  type LabState,
} from '../lab/lab.ts';
import { type Answer, type Call, readFromWorker, type ToWorker } from './messages.ts';

export type { Device, InterruptedSummary, Lab, LabEvent, LabProblem, LabState } from '../lab/lab.ts';
export { LabError } from '../lab/lab.ts';

interface Waiting {
  resolve: (value: Answer) => void;
  reject: (error: LabError) => void;
}

class WorkerLab implements Lab {
  private readonly createWorker: () => Worker;
  /** Made at the first call. */
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<(event: LabEvent) => void>();
  private lastId = 0;

  private progress = { step: 0, steps: 0 };

  constructor(createWorker: () => Worker) {
    this.createWorker = createWorker;
  }

  private start(): Worker {
    const worker = this.createWorker();
    worker.onmessage = ({ data }: MessageEvent<unknown>) => this.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.crash(event.message || 'The worker that trains could not be loaded.');
    };
    return worker;
  }

  private receive(data: unknown): void {
    const message = readFromWorker(data);
    if (!message) return;
    if (message.type === 'event') {
      if (message.event.type === 'state') this.progress = message.event;
      if (message.event.type === 'measured') this.progress = { ...this.progress, step: message.event.step };
      for (const listener of this.listeners) listener(message.event);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.type === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(new LabError(message.problem));
  }

  /** Whatever failed in the worker, it is not trusted any more: the next call starts another. */
  private crash(message: string): void {
    this.worker?.terminate();
    this.worker = null;
    const problem = {
      kind: 'internal' as const,
      message,
      hint: 'The curves so far are kept. Run again, and reload the page if it happens again.',
    };
    for (const { reject } of this.waiting.values()) reject(new LabError(problem));
    this.waiting.clear();
    const { step, steps } = this.progress;
    for (const listener of this.listeners) {
      listener({ type: 'state', state: 'failed', step, steps });
      listener({ type: 'problem', problem });
    }
  }

  private ask(call: Call): Promise<Answer> {
    const id = ++this.lastId;
    this.worker ??= this.start();
    const { worker } = this;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...call } satisfies ToWorker);
    });
  }

  open(): Promise<Device> {
    return this.ask({ call: 'open' }) as Promise<Device>;
  }

  measurePace(): Promise<DevicePace | null> {
    return this.ask({ call: 'measurePace' }) as Promise<DevicePace | null>;
  }

  async configure(experiment: Experiment): Promise<void> {
    await this.ask({ call: 'configure', experiment });
  }

  run(): Promise<LabState> {
    return this.ask({ call: 'run' }) as Promise<LabState>;
  }

  async pause(): Promise<void> {
    await this.ask({ call: 'pause' });
  }

  step(count: number): Promise<LabState> {
    return this.ask({ call: 'step', count }) as Promise<LabState>;
  }

  async reset(): Promise<void> {
    await this.ask({ call: 'reset' });
  }

  interrupted(): Promise<InterruptedSummary | null> {
    return this.ask({ call: 'interrupted' }) as Promise<InterruptedSummary | null>;
  }

  async resume(id: string): Promise<void> {
    await this.ask({ call: 'resume', runId: id });
  }

  async keep(id: string): Promise<void> {
    await this.ask({ call: 'keep', runId: id });
  }

  async discard(id: string): Promise<void> {
    await this.ask({ call: 'discard', runId: id });
  }

  probeBundle(variant: string): Promise<ArrayBuffer> {
    return this.ask({ call: 'probeBundle', variant }) as Promise<ArrayBuffer>;
  }

  async loseDevice(): Promise<void> {
    await this.ask({ call: 'loseDevice' });
  }

  subscribe(listener: (event: LabEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): void {
    this.worker?.terminate();
    this.listeners.clear();
  }
}

/** A lab over any worker; `createWorker` is asked again after one has failed. */
export function createLabOver(createWorker: () => Worker): Lab {
  return new WorkerLab(createWorker);
}

/** Starts the worker. Its data come from `data/` beside the page, unless another address is given. */
export function createWorkerLab(dataUrl = 'data/'): Lab {
  const name = new URL(dataUrl, document.baseURI).href;
  return createLabOver(
    () => new Worker(new URL('./labWorker.ts', import.meta.url), { type: 'module', name }),
  );
}
