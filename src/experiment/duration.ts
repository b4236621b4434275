/** How long an experiment takes on a device, from a short measurement of the device: an estimate before anything has run. */
import { costOf } from './cost.ts';
import type { Experiment } from './experiment.ts';

/** What a short measurement says of a device. */
export interface DevicePace {
  /** What every dispatch of a kernel takes beside its arithmetic. */
  secondsPerDispatch: number;
  /** Arithmetic by the size of a gradient, small ones first: small ones use a GPU worse than large ones. */
  rates: { flopsPerGradient: number; flopsPerSecond: number }[];
  /** Of the processor, which probes deep linear networks in float64. */
  float64FlopsPerSecond: number;
  /** Whether the device computes on that same processor. */
  sharesProcessor: boolean;
}

/** Floating-point operations a second at gradients of this size: between two measured sizes on a line over logarithms. */
function rateAt({ rates }: DevicePace, flopsPerGradient: number): number {
  const above = rates.findIndex((rate) => rate.flopsPerGradient >= flopsPerGradient);
  const [low, high] =
    above < 0 ? [rates.at(-1), rates.at(-1)] : [rates[Math.max(0, above - 1)], rates[above]];
  if (!low || !high) throw new RangeError('A device pace holds at least one rate; found none.');
  if (low === high) return low.flopsPerSecond;
  const share =
    Math.log(flopsPerGradient / low.flopsPerGradient) /
    Math.log(high.flopsPerGradient / low.flopsPerGradient);
  return low.flopsPerSecond * (high.flopsPerSecond / low.flopsPerSecond) ** share;
}

/** Seconds of a checked experiment, without downloads and the choice of kernels before it. Throws where its network does not exist. */
export function secondsOf(experiment: Experiment, pace: DevicePace): number {
  const { flopsPerGradient, gradients, float64Gradients, dispatchesPerGradient } = costOf(experiment);
  const perGradient =
    flopsPerGradient / rateAt(pace, flopsPerGradient) + dispatchesPerGradient * pace.secondsPerDispatch;
  const onDevice = (gradients - float64Gradients) * perGradient;
  const onProcessor = (float64Gradients * flopsPerGradient) / pace.float64FlopsPerSecond;
  return pace.sharesProcessor ? onDevice + onProcessor : Math.max(onDevice, onProcessor);
}
