/** Where float32 is not enough. */
import { parseNetwork } from './architecture.ts';
import type { Experiment } from './experiment.ts';

/**
 * Whether the probes of an experiment are computed in float64 on the CPU, from the parameters that training in float32 has
 * reached. So for every deep linear network: its losses are sums of up to 10¹⁷ and its learning rates 10⁻⁶ and less, so the
 * smallest probe steps lie below the spacing of float32 around θ and ‖g′ − g‖ is rounded away.
 */
export function probesInFloat64({ network }: Pick<Experiment, 'network'>): boolean {
  const parsed = parseNetwork(network);
  return parsed.ok && parsed.value.kind === 'dln';
}
