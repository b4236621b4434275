/**
 * Mean, variance and histogram of one unit's activations over the minibatch and all pixels, after normalisation and noise,
 * before the ReLU. One workgroup, three passes over the unit: sums of differences to its first value, squared deviations,
 * counts. Every thread counts in a column of its own, the columns are added at the end: no atomics.
 * Reference: engine/float64/engine.ts.
 */
import { HISTOGRAM_BINS, HISTOGRAM_REACH } from '../../model.ts';
import { type Activation, activated, activationBindings, loadAffine } from './activate.ts';
import { pixelsOf } from './shapes.ts';
import { float, type KernelSource, kernel, write } from './wgsl.ts';

/** So few that their columns fit into the workgroup memory that every device grants. */
const THREADS = 32;

/** Floats of a unit's result. */
export const ACTIVATION_RESULT_FLOATS = 2 + HISTOGRAM_BINS;

/** Y (and T, S, M) -> results: mean, variance, counts. */
export function unitStatistics(activation: Activation, unit: number): KernelSource {
  const { shape, normalisation } = activation;
  const rows = pixelsOf(shape);
  const pixels = shape.height * shape.width;
  const vectors = shape.padded / 4;
  const component = unit % 4;
  const perExample = normalisation?.overBatch === false;
  const load = (row: string): string => `
    let p = ${row} * ${vectors}u + c; ${perExample ? `let n = ${row} / ${pixels}u;` : ''}
    ${loadAffine(activation)}
    let value = (${activated(activation, 'Y[p]', 'p')})[${component}];`;
  const sumUp = `
  for (var half = ${THREADS / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (local < half) { sums[local] += sums[local + half]; }
  }
  workgroupBarrier();`;
  const body = `
  let c = ${Math.floor(unit / 4)}u;
  var origin = 0.0; { ${load('0u')} origin = value; }
  var sum = 0.0;
  for (var row = local; row < ${rows}u; row += ${THREADS}u) { ${load('row')} sum += value - origin; }
  sums[local] = sum;
  ${sumUp}
  let mean = origin + sums[0] * ${float(1 / rows)};
  workgroupBarrier();
  sum = 0.0;
  for (var row = local; row < ${rows}u; row += ${THREADS}u) { ${load('row')} let d = value - mean; sum = fma(d, d, sum); }
  sums[local] = sum;
  ${sumUp}
  let variance = sums[0] * ${float(1 / rows)};
  let perWidth = ${float(HISTOGRAM_BINS / (2 * HISTOGRAM_REACH))} * inverseSqrt(variance);
  for (var row = local; row < ${rows}u; row += ${THREADS}u) {
    ${load('row')}
    let bin = clamp(i32(floor((value - mean) * perWidth + ${float(HISTOGRAM_BINS / 2)})), 0, ${HISTOGRAM_BINS - 1});
    counts[u32(bin) * ${THREADS}u + local] += 1.0;
  }
  workgroupBarrier();
  let position = arguments.result * 4u;
  if (local == 0u) { results[position] = mean; results[position + 1u] = variance; }
  for (var bin = local; bin < ${HISTOGRAM_BINS}u; bin += ${THREADS}u) {
    var count = 0.0;
    for (var k = 0u; k < ${THREADS}u; k++) { count += counts[bin * ${THREADS}u + k]; }
    results[position + 2u + bin] = count;
  }`;
  return kernel({
    name: `activation statistics, ${rows} rows, unit ${unit}`,
    bindings: [...activationBindings(activation), write('results', 'f32')],
    usesArguments: true,
    declarations: `var<workgroup> sums: array<f32, ${THREADS}>;
var<workgroup> counts: array<f32, ${THREADS * HISTOGRAM_BINS}>;`,
    threads: THREADS,
    workgroupSize: THREADS,
    keepsAllThreads: true,
    body,
  });
}
