/**
 * Trains a micro network with probes for a long time in the built page, and reports whether memory stays flat: the heaps of page and
 * worker after a garbage collection, the resident memory of the renderer's and the GPU's process, and the bytes of all GPU
 * buffers. `npm run soak -- [--interpreted] [--after steps] [steps, 20000 unless given] [link]`, after a build; its exit code is
 * 1 where something grows faster than it may, by more than two standard errors, or those are too large to tell. Heap snapshots
 * tell the record, which grows by what was measured, from all else that the page's heap holds. For minutes the browser goes on
 * making machine code of functions that run often; with `--after` the steps are those after so many others, and
 * `--interpreted` switches machine code off, so that what is left is the page's own.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type CDPSession, chromium, type Page } from 'playwright';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { countGpuMemory, gpuBytes } from './gpuMemory.ts';
import { type Heap, heapByKind } from './heapByKind.ts';
import { previewBuild } from './previewBuild.ts';

const SAMPLES = 60;
/** The first samples see caches fill, unless other steps have gone before. */
const WARM_UP_SHARE = 0.25;
/** Every so many samples a heap snapshot is taken, which holds the page up. */
const SAMPLES_A_SNAPSHOT = 3;
const PAGE_BYTES = 4096;
/** What may grow by how much a 1,000 steps, in MiB; heaps hold the record and machine code besides what would be a leak. */
const MOST: Record<string, number> = {
  'heap of the page': 0.06,
  'heap of the worker': 0.06,
  // Less than a byte, so that rounding may not count as one.
  'GPU buffers': 1e-7,
};
/** A slope whose two standard errors are more, in MiB a 1,000 steps, tells nothing. */
const MOST_UNCLEAR = 0.06;
const NO_MACHINE_CODE = '--js-flags=--no-sparkplug --no-maglev --no-turbofan';

type Sample = Record<string, number>;

/** Asks the worker's own debugger, through the page's. */
async function workerDebugger(
  session: CDPSession,
): Promise<(method: string) => Promise<Record<string, number>>> {
  const attached = new Promise<string>((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') resolve(sessionId);
    });
  });
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const sessionId = await attached;
  let id = 0;
  return (method) =>
    new Promise((resolve) => {
      const mine = ++id;
      const listen = ({ message }: { message: string }): void => {
        const answer = JSON.parse(message) as { id: number; result: Record<string, number> };
        if (answer.id !== mine) return;
        session.off('Target.receivedMessageFromTarget', listen);
        resolve(answer.result);
      };
      session.on('Target.receivedMessageFromTarget', listen);
      void session.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id: mine, method }),
      });
    });
}

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES;
}

/** Slope and its standard error by least squares, a thousand steps. */
function slopeOf(steps: number[], values: number[]): { slope: number; error: number } {
  const mean = (of: number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;
  const [meanStep, meanValue] = [mean(steps), mean(values)];
  const spread = steps.reduce((sum, step) => sum + (step - meanStep) ** 2, 0);
  const slope =
    steps.reduce((sum, step, i) => sum + (step - meanStep) * (values[i]! - meanValue), 0) / spread;
  const residual = values.reduce(
    (sum, value, i) => sum + (value - meanValue - slope * (steps[i]! - meanStep)) ** 2,
    0,
  );
  return { slope: 1000 * slope, error: 1000 * Math.sqrt(residual / (steps.length - 2) / spread) };
}

const stepOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const lab = (window as unknown as { normscape: { record(): { timing: { step: number[] } } | null } })
      .normscape;
    return lab.record()?.timing.step.at(-1) ?? 0;
  });

interface Unit {
  name: string;
  size: number;
  digits: number;
}
const MIB: Unit = { name: 'MiB', size: 2 ** 20, digits: 4 };
const PIECES: Unit = { name: 'pieces', size: 1, digits: 2 };

/** What was measured at steps. */
class Samples {
  readonly steps: number[] = [];
  private readonly samples: Sample[] = [];
  private readonly title: string;
  private readonly unit: Unit;
  private readonly warmUpShare: number;

  constructor(title: string, unit: Unit, warmUpShare: number) {
    this.title = title;
    this.unit = unit;
    this.warmUpShare = warmUpShare;
  }

  get count(): number {
    return this.samples.length;
  }

  add(step: number, sample: Sample): void {
    this.steps.push(step);
    this.samples.push(sample);
  }

  report(): void {
    const { steps, samples, title } = this;
    const left = Math.floor(samples.length * this.warmUpShare);
    console.log(
      `${title}: ${samples.length} samples, the first ${left} left out as warm-up, from step ${steps[left]} to ${steps.at(-1)}; then from the middle, step ${steps[samples.length >> 1]}`,
    );
    for (const name of Object.keys(samples[0]!)) this.reportOne(name, left);
  }

  /** In words, what grows faster than it may even if its slope is two standard errors less, and what is not known well enough. */
  verdict(most: Record<string, number>): { tooFast: string[]; unclear: string[] } {
    const left = Math.floor(this.samples.length * this.warmUpShare);
    const { name: unit, size, digits } = this.unit;
    const [tooFast, unclear]: [string[], string[]] = [[], []];
    for (const [name, bound] of Object.entries(most)) {
      const values = this.samples.slice(left).map((sample) => sample[name]! / size);
      const { slope, error } = slopeOf(this.steps.slice(left), values);
      const found = `${name} ${slope.toFixed(digits)} ± ${(2 * error).toFixed(digits)} ${unit} a 1,000 steps`;
      if (slope - 2 * error > bound) tooFast.push(`${found}, at most ${bound}`);
      // Neither is one that is not a number.
      else if (!(2 * error <= MOST_UNCLEAR)) unclear.push(found);
    }
    return { tooFast, unclear };
  }

  private reportOne(name: string, left: number): void {
    const { name: unit, size, digits } = this.unit;
    const values = this.samples.map((sample) => (sample[name] ?? 0) / size);
    const slope = (first: number): string => {
      const { slope, error } = slopeOf(this.steps.slice(first), values.slice(first));
      return `${slope.toFixed(digits)} ± ${(2 * error).toFixed(digits)}`;
    };
    const [low, high] = [Math.min(...values.slice(left)), Math.max(...values.slice(left))];
    console.log(
      `  ${name}: ${low.toFixed(2)} to ${high.toFixed(2)} ${unit}, slope ${slope(left)} a 1,000 steps, from the middle ${slope(values.length >> 1)}`,
    );
  }
}

/** The bytes by kinds, and of all but the record. */
function withRest(bytes: Heap['bytes']): Sample {
  const { record, ...others } = bytes;
  const rest = Object.values(others).reduce((sum, each) => sum + each, 0);
  const { 'compiled code': code } = others;
  return {
    record: record!,
    'all but the record': rest,
    'all but the record and compiled code': rest - code!,
    ...others,
  };
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { interpreted: { type: 'boolean', default: false }, after: { type: 'string', default: '0' } },
});
const after = Number(options.after);
const measured = Number(positionals[0] ?? 20_000);
const total = after + measured;
const warmUpShare = after > 0 ? 0 : WARM_UP_SHARE;
const link =
  positionals[1] ??
  `#v=1&net=vgg:4-M&variants=batch&batch=8&steps=${total}&every=100&testevery=1000&train=1000&test=40&ics=2`;
const args = [...CHROMIUM_FLAGS, ...(options.interpreted ? [NO_MACHINE_CODE] : [])];
const browser = await chromium.launch({ executablePath: await ensureChromium(), args });
const server = await previewBuild();
try {
  const page = await browser.newPage({ serviceWorkers: 'block' });
  await countGpuMemory(page);
  await page.goto(server.resolvedUrls!.local[0]! + link);
  const session = await page.context().newCDPSession(page);
  const askWorker = await workerDebugger(session);
  const system = await browser.newBrowserCDPSession();
  await page.evaluate(() => {
    const lab = (window as unknown as { normscape: { run(): Promise<unknown> } }).normscape;
    void lab.run();
  });
  const memory = new Samples('memory', MIB, warmUpShare);
  const heap = new Samples('heap of the page, by heap snapshots', MIB, warmUpShare);
  const pieces = new Samples('code in the heap of the page', PIECES, warmUpShare);
  for (let due = after + measured / SAMPLES; due < total; ) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const step = await stepOf(page);
    if (step < due) continue;
    due = step + measured / SAMPLES;
    await session.send('HeapProfiler.collectGarbage');
    await askWorker('HeapProfiler.collectGarbage');
    const { processInfo } = await system.send('SystemInfo.getProcessInfo');
    const resident = (type: string): number =>
      processInfo.filter((one) => one.type === type).reduce((sum, { id }) => sum + residentBytes(id), 0);
    memory.add(step, {
      'heap of the page': (await session.send('Runtime.getHeapUsage')).usedSize,
      'heap of the worker': (await askWorker('Runtime.getHeapUsage')).usedSize!,
      'renderer process': resident('renderer'),
      'GPU process': resident('GPU'),
      'GPU buffers': await gpuBytes(page),
    });
    if (memory.count % SAMPLES_A_SNAPSHOT !== 0) continue;
    const { bytes, counts } = await heapByKind(session);
    heap.add(step, withRest(bytes));
    pieces.add(step, counts);
  }
  for (const samples of [memory, heap, pieces]) samples.report();
  const { tooFast, unclear } = memory.verdict(MOST);
  if (tooFast.length > 0) console.log(`Memory grows: ${tooFast.join('; ')}.`);
  else if (unclear.length > 0) console.log(`Too few steps to tell: ${unclear.join('; ')}.`);
  else console.log('Memory stays flat.');
  if (tooFast.length + unclear.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await server.close();
}
