/** Where our step spends its time: its dispatches by what they are for. */
import { median } from '../../record/statistics.ts';
import type { TrainingRun } from './competitor.ts';
import type { StepFlops } from './flops.ts';
import { type TimedDispatch, timeDispatches } from './timedDevice.ts';

const STEPS = 3;

export interface KernelTime {
  kind: string;
  dispatches: number;
  /** Of one step. */
  ms: number;
  /** Null where arithmetic is not the point. */
  gflops: number | null;
}

/** Kernels are known by the beginning of their names; the first that fits counts. */
const KINDS: readonly { kind: string; names: RegExp; flops?: keyof StepFlops }[] = [
  { kind: 'convolution', names: /^convolution(?!, gradient)/, flops: 'convolution' },
  {
    kind: 'convolution, gradient of the input',
    names: /^convolution, gradient/,
    flops: 'convolutionInputGradient',
  },
  {
    kind: 'convolution, gradient of the kernel',
    names: /^gradient of the kernel/,
    flops: 'convolutionKernelGradient',
  },
  { kind: 'sums of kernel gradients', names: /^sum of the chunks/ },
  { kind: 'BatchNorm statistics', names: /^(statistics|finalise statistics|running statistics)/ },
  { kind: 'BatchNorm, ReLU, pooling', names: /^activate/ },
  { kind: 'BatchNorm gradient sums', names: /^(sums of the activation gradient|finalise gradient)/ },
  { kind: 'BatchNorm, ReLU, pooling gradient', names: /^activation gradient/ },
  { kind: 'dense', names: /^(dense|gradient of the bias)/, flops: 'dense' },
];
const REST = 'input, loss, update';

function kindOf(label: string): string {
  return KINDS.find(({ names }) => names.test(label))?.kind ?? REST;
}

/** One entry a kind that occurs, from the dispatches of `steps` steps. */
export function kernelTimes(
  dispatches: readonly TimedDispatch[],
  steps: number,
  flops: StepFlops,
): KernelTime[] {
  const kinds = [...KINDS, { kind: REST, flops: undefined }];
  return kinds.flatMap(({ kind, flops: of }): KernelTime[] => {
    const own = dispatches.filter(({ label }) => kindOf(label) === kind);
    if (own.length === 0) return [];
    const ms = own.reduce((sum, dispatch) => sum + dispatch.ms, 0) / steps;
    return [{ kind, dispatches: own.length / steps, ms, gflops: of ? flops[of] / ms / 1e6 : null }];
  });
}

/** Of a few steps. The device needs the feature `timestamp-query`. */
export async function measureKernelTimes(
  device: GPUDevice,
  run: TrainingRun,
  flops: StepFlops,
): Promise<KernelTime[]> {
  return kernelTimes(await timeDispatches(device, () => run.train(STEPS)), STEPS, flops);
}

/** The medians of several measurements of the same steps. */
export function medianKernelTimes(rounds: readonly (readonly KernelTime[])[]): KernelTime[] {
  return rounds[0]!.map((first, i) => {
    const ms = median(rounds.map((kinds) => kinds[i]!.ms));
    return { ...first, ms, gflops: first.gflops === null ? null : (first.gflops * first.ms) / ms };
  });
}
