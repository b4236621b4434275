/** Where our step spends its time: its dispatches by what they are for. */
import type { StepFlops } from './flops.ts';
import type { OurRun } from './ours.ts';
import { type TimedDispatch, timeDispatches } from './timedDevice.ts';

const STEPS = 12;

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

/** Null where the device has no timestamp queries. */
export async function measureKernelTimes(
  device: GPUDevice,
  run: OurRun,
  flops: StepFlops,
): Promise<KernelTime[] | null> {
  if (!device.features.has('timestamp-query')) return null;
  const dispatches = await timeDispatches(device, () => run.train(STEPS));
  return kernelTimes(dispatches, STEPS, flops);
}
