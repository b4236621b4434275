/**
 * From the chunks' sums to the tables, forward and backward. Tiny dispatches: four channels a thread, or, where statistics
 * belong to examples, one example and four channels a thread. The order of every sum is fixed.
 * Reference: engine/float64/normalise.ts.
 */
import { EPSILON, type Normalisation, RUNNING_WEIGHT, type Statistic } from '../../../network/network.ts';
import { isKinked } from './choices.ts';
import { type LayerShape, pixelsOf } from './shapes.ts';
import { partialRows, SHIFT_OF_SETS, shiftOf } from './statistics.ts';
import { gradientRow, row, TABLE_ROWS, type TableRow } from './tables.ts';
import { float, type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

/** Whether γ and β are parameters of the layer. Where they are not, they are 1 and 0. */
export interface Affine {
  affine: boolean;
}

const THREADS = 32;

/** 1 / what y − mean is divided by, from the spread. */
function inverseOf(statistic: Statistic, spread: string): string {
  return statistic === 'l1' || statistic === 'linf'
    ? `vec4f(1.0) / (${spread} + vec4f(${float(EPSILON)}))`
    : `inverseSqrt(${spread} + vec4f(${float(EPSILON)}))`;
}

/** Writes all rows of a table from `mean`, `spread`, `ties`. */
function writeTable(shape: LayerShape, normalisation: Normalisation, affine: boolean): string {
  const store = (name: TableRow, value: string): string => `${row(name, shape, normalisation)} = ${value};`;
  return `
  let inverse = ${inverseOf(normalisation.statistic, 'spread')};
  let scale = ${affine ? 'gamma[c] * inverse' : 'inverse'};
  ${store('scale', 'scale')}
  ${store('shift', `${affine ? 'beta[c]' : 'vec4f()'} - mean * scale`)}
  ${store('mean', 'mean')} ${store('inverse', 'inverse')} ${store('spread', 'spread')} ${store('ties', 'ties')}`;
}

/** P [chunks][rows][C], Y (for K), γ, β -> T. Over the minibatch: thread = four channels. */
export function finaliseStatistics(
  shape: LayerShape,
  normalisation: Normalisation,
  chunks: number,
  { affine }: Affine,
  onPiece = false,
): KernelSource {
  const vectors = shape.padded / 4;
  const { statistic } = normalisation;
  const rows = partialRows(statistic);
  const count = pixelsOf(shape);
  const keepsLargest = statistic === 'linf' && onPiece && isKinked(normalisation);
  const add = keepsLargest
    ? `second += P[o + ${vectors}u]; ties += P[o + ${2 * vectors}u];`
    : statistic === 'linf'
      ? `let size = P[o + ${vectors}u]; let times = P[o + ${2 * vectors}u];
    ties = select(ties, vec4f(0.0), size > second) + select(vec4f(0.0), times, size >= second); second = max(second, size);`
      : `second += P[o + ${vectors}u];`;
  const spread: Record<Statistic, string> = {
    batch: `max(second * ${float(1 / count)} - offset * offset, vec4f())`,
    layer: '',
    group: '',
    l1: `second * ${float(1 / count)}`,
    l2: `second * ${float(1 / count)}`,
    linf: keepsLargest ? 'second / ties' : 'second',
  };
  const body = `
  let c = t;
  var first = vec4f(); var second = vec4f(); var ties = vec4f();
  for (var chunk = 0u; chunk < ${chunks}u; chunk++) {
    let o = chunk * ${rows * vectors}u + c;
    first += P[o];
    ${add}
  }
  let offset = first * ${float(1 / count)};
  let mean = Y[c] + offset;
  ${keepsLargest ? '// Where all were 0 none is kept.\n  ties = max(ties, vec4f(1.0));' : ''}
  let spread = ${spread[statistic]};
  ${writeTable(shape, normalisation, affine)}`;
  return kernel({
    name: `finalise statistics (${statistic}), ${shape.padded} channels, ${chunks} chunks${keepsLargest ? ', on a piece' : ''}`,
    bindings: [read('P'), read('Y'), ...(affine ? [read('gamma'), read('beta')] : []), write('T')],
    threads: vectors,
    workgroupSize: THREADS,
    body,
  });
}

/** WGSL: the first channel of the set of each lane of channel vector c, and how many channels it has. */
function setOf(
  { channels }: LayerShape,
  { groups }: Normalisation,
  lane: number,
): { first: string; size: number } {
  const size = channels / groups;
  return { first: `min(4u * c + ${lane}u, ${channels - 1}u) / ${size}u * ${size}u`, size };
}

/** Whether the four channels of every vector belong to one set, and sets to whole vectors. */
const hasWholeVectors = ({ channels }: LayerShape, { groups }: Normalisation): boolean =>
  (channels / groups) % 4 === 0;

/**
 * WGSL: the sums over each lane's set of the two rows of P, with channel k's `weight`, into `first` and `second`, channel by
 * channel in their order.
 */
function sumSets(
  shape: LayerShape,
  normalisation: Normalisation,
  [first, second]: readonly [string, string],
  weight = '',
): string {
  const vectors = shape.padded / 4;
  const start = `n * ${2 * vectors}u`;
  if (hasWholeVectors(shape, normalisation)) {
    const { first: begin, size } = setOf(shape, normalisation, 0);
    const weighted = (value: string): string => (weight === '' ? value : `${weight}[k] * ${value}`);
    return `{ let begin = ${begin} / 4u; var a = 0.0; var b = 0.0;
    for (var k = begin; k < begin + ${size / 4}u; k++) {
      let p = ${weighted(`P[${start} + k]`)}; let q = ${weighted(`P[${start} + ${vectors}u + k]`)};
      a += p.x; a += p.y; a += p.z; a += p.w; b += q.x; b += q.y; b += q.z; b += q.w;
    }
    ${first} = vec4f(a); ${second} = vec4f(b); }`;
  }
  const weighted = weight === '' ? '' : `${weight}[k / 4u][k % 4u] * `;
  return repeat(4, (lane) => {
    const { first: begin, size } = setOf(shape, normalisation, lane);
    return `{ let begin = ${begin}; var a = 0.0; var b = 0.0;
    for (var k = begin; k < begin + ${size}u; k++) {
      a += ${weighted}P[${start} + k / 4u][k % 4u]; b += ${weighted}P[${start} + ${vectors}u + k / 4u][k % 4u];
    }
    ${first}[${lane}] = a; ${second}[${lane}] = b; }`;
  });
}

/** Numbers that `sumSets` goes through, over all threads. */
function numbersOfSets(shape: LayerShape, normalisation: Normalisation): number {
  const lanes = hasWholeVectors(shape, normalisation) ? 1 : 4;
  return (lanes * 2 * shape.channels * shape.examples * shape.padded) / 4 / normalisation.groups;
}

/** The same for statistics of an example (layer, group): thread = (example, four channels). P [N][2][C] */
export function finaliseExampleStatistics(
  shape: LayerShape,
  normalisation: Normalisation,
  { affine }: Affine,
): KernelSource {
  const { padded, height, width } = shape;
  const vectors = padded / 4;
  const count = (height * width * shape.channels) / normalisation.groups;
  const body = `
  let c = t % ${vectors}u; let n = t / ${vectors}u;
  var firstSum = vec4f(); var secondSum = vec4f();
  ${sumSets(shape, normalisation, ['firstSum', 'secondSum'])}
  let offset = firstSum * ${float(1 / count)};
  let mean = ${shiftOf(shape, normalisation)} + offset;
  let spread = max(secondSum * ${float(1 / count)} - offset * offset, vec4f());
  let ties = vec4f();
  ${writeTable(shape, normalisation, affine)}
  ${maskPadding(
    shape,
    ['scale', 'shift'].map((name) => row(name as TableRow, shape, normalisation)),
  )}`;
  return kernel({
    name: `finalise statistics of examples (${normalisation.statistic}), ${padded} channels`,
    bindings: [read('P'), read('Y'), ...(affine ? [read('gamma'), read('beta')] : []), write('T')],
    declarations: SHIFT_OF_SETS,
    threads: shape.examples * vectors,
    body,
    numbers: numbersOfSets(shape, normalisation),
  });
}

/** Zeros in padded channels, where a set's mean would otherwise show. */
function maskPadding({ channels, padded }: LayerShape, rows: string[]): string {
  if (channels === padded) return '';
  const keep =
    'select(vec4f(0.0), vec4f(1.0), vec4u(4u * c, 4u * c + 1u, 4u * c + 2u, 4u * c + 3u) < vec4u(CHANNELS))';
  return rows.map((each) => `${each} *= ${keep.replace('CHANNELS', `${channels}u`)};`).join('\n  ');
}

/** Table of a layer from running statistics [mean, spread]: thread = four channels. */
export function tableFromRunning(
  shape: LayerShape,
  normalisation: Normalisation,
  { affine }: Affine,
): KernelSource {
  const vectors = shape.padded / 4;
  const body = `
  let c = t;
  let mean = running[c]; let spread = running[${vectors}u + c]; let ties = vec4f();
  ${writeTable(shape, normalisation, affine)}`;
  return kernel({
    name: `table from running statistics, ${shape.padded} channels`,
    bindings: [read('running'), ...(affine ? [read('gamma'), read('beta')] : []), write('T')],
    threads: vectors,
    workgroupSize: THREADS,
    body,
  });
}

/**
 * Table of a layer whose stopped statistics are those of a piece's table F, with the γ and β at hand. Thread = four channels,
 * of one example where statistics belong to examples.
 */
export function tableOfPiece(
  shape: LayerShape,
  normalisation: Normalisation,
  { affine }: Affine,
): KernelSource {
  const vectors = shape.padded / 4;
  const kept = (name: TableRow): string => row(name, shape, normalisation, { table: 'F' });
  const body = `
  let c = t % ${vectors}u; ${normalisation.overBatch ? '' : `let n = t / ${vectors}u;`}
  let mean = ${kept('mean')}; let spread = ${kept('spread')}; let ties = ${kept('ties')};
  ${writeTable(shape, normalisation, affine)}
  ${normalisation.overBatch ? '' : maskPadding(shape, [row('scale', shape, normalisation), row('shift', shape, normalisation)])}`;
  return kernel({
    name: `table of a piece (${normalisation.statistic}), ${shape.padded} channels`,
    bindings: [read('F'), ...(affine ? [read('gamma'), read('beta')] : []), write('T')],
    threads: normalisation.overBatch ? vectors : shape.examples * vectors,
    workgroupSize: THREADS,
    body,
  });
}

/** Where a layer's table lies among all tables, and its part of the running statistics, in floats. */
export interface RunningPart {
  table: number;
  running: number;
  padded: number;
}

/** running ← running + weight·(now − running), for all layers at once: thread = four channels of mean or spread. */
export function updateRunning(parts: readonly RunningPart[]): KernelSource {
  let threads = 0;
  const choose = parts.flatMap(({ table, running, padded }) =>
    (['mean', 'spread'] as const).map((name, i) => {
      const first = threads;
      threads += padded / 4;
      const from = table / 4 + (TABLE_ROWS.indexOf(name) * padded) / 4;
      return `if (t < ${threads}u) { position = ${from}u + t - ${first}u; into = ${(running + i * padded) / 4}u + t - ${first}u; }`;
    }),
  );
  return kernel({
    name: `running statistics of ${parts.length} layers`,
    bindings: [read('T'), write('running')],
    threads,
    body: `
  var position = 0u; var into = 0u;
  ${choose.join(' else ')}
  let old = running[into];
  running[into] = old + ${float(RUNNING_WEIGHT)} * (T[position] - old);`,
  });
}

/**
 * Backward, over the minibatch. P [chunks][2][C]: Σd and Σd·(y − mean), d the gradient of z. Writes dγ, dβ into the gradient
 * and the table Q with which activationGradient.ts makes dY = scale·d + slope·f(y) + constant, where f is y (batch, l2),
 * sign(y) (l1), or the share of the largest |y| (linf).
 */
export function finaliseGradient(
  shape: LayerShape,
  normalisation: Normalisation,
  chunks: number,
  { affine }: Affine,
): KernelSource {
  const vectors = shape.padded / 4;
  const count = pixelsOf(shape);
  const table = (name: TableRow): string => row(name, shape, normalisation);
  // Σ dŷ·ŷ / scale, the part that flows through the spread.
  const along = `${table('scale')} * ${table('inverse')} * second`;
  const slope: Record<Statistic, string> = {
    batch: `-${along} * ${table('inverse')} * ${float(1 / count)}`,
    l1: `-${along} * ${float(1 / count)}`,
    l2: `-${along} * ${table('inverse')} * ${float(1 / count)}`,
    linf: `-${along}`,
    layer: '',
    group: '',
  };
  const constant = `-${table('scale')} * first * ${float(1 / count)}`;
  const body = `
  let c = t;
  var first = vec4f(); var second = vec4f();
  for (var chunk = 0u; chunk < ${chunks}u; chunk++) {
    let o = chunk * ${2 * vectors}u + c;
    first += P[o]; second += P[o + ${vectors}u];
  }
  ${affine ? `dGamma[c] = second * ${table('inverse')}; dBeta[c] = first;` : ''}
  ${(['scale', 'spread', 'ties'] as const).map((name) => `${gradientRow(name, shape, normalisation)} = ${table(name)};`).join(' ')}
  ${
    normalisation.stopped
      ? `${gradientRow('slope', shape, normalisation)} = vec4f(); ${gradientRow('constant', shape, normalisation)} = vec4f();`
      : `let slope = ${slope[normalisation.statistic]};
  ${gradientRow('slope', shape, normalisation)} = slope;
  ${gradientRow('constant', shape, normalisation)} = ${constant}${
    normalisation.statistic === 'batch' ? ` - slope * ${table('mean')}` : ''
  };`
  }`;
  return kernel({
    name: `finalise gradient (${normalisation.statistic}), ${shape.padded} channels, ${chunks} chunks`,
    bindings: [read('P'), read('T'), ...(affine ? [write('dGamma'), write('dBeta')] : []), write('Q')],
    threads: vectors,
    workgroupSize: THREADS,
    body,
  });
}

/** Backward for statistics of an example: thread = (example, four channels). P [N][2][C] as above -> Q per example. */
export function finaliseExampleGradient(
  shape: LayerShape,
  normalisation: Normalisation,
  { affine }: Affine,
): KernelSource {
  const { padded, height, width, channels } = shape;
  const vectors = padded / 4;
  const count = (height * width * channels) / normalisation.groups;
  const table = (name: TableRow): string => row(name, shape, normalisation);
  const rows = [gradientRow('slope', shape, normalisation), gradientRow('constant', shape, normalisation)];
  const body = `
  let c = t % ${vectors}u; let n = t / ${vectors}u;
  var first = vec4f(); var second = vec4f();
  ${normalisation.stopped ? '' : sumSets(shape, normalisation, ['first', 'second'], affine ? 'gamma' : '')}
  let inverse = ${table('inverse')};
  let slope = -inverse * inverse * inverse * second * ${float(1 / count)};
  ${rows[0]} = slope;
  ${rows[1]} = -inverse * first * ${float(1 / count)} - slope * ${table('mean')};
  ${maskPadding(shape, rows)}`;
  return kernel({
    name: `finalise gradient of examples (${normalisation.statistic}), ${padded} channels`,
    bindings: [read('P'), read('T'), ...(affine ? [read('gamma')] : []), write('Q')],
    threads: shape.examples * vectors,
    body,
    numbers: numbersOfSets(shape, normalisation),
  });
}

/** dγ and dβ where statistics belong to examples: thread = four channels, over all examples. */
export function affineGradientOfExamples(shape: LayerShape, normalisation: Normalisation): KernelSource {
  const vectors = shape.padded / 4;
  const body = `
  let c = t;
  var first = vec4f(); var second = vec4f();
  for (var n = 0u; n < ${shape.examples}u; n++) {
    let o = n * ${2 * vectors}u + c;
    first += P[o]; second = fma(P[o + ${vectors}u], ${row('inverse', shape, normalisation)}, second);
  }
  dGamma[c] = second; dBeta[c] = first;`;
  return kernel({
    name: `gradient of γ and β over examples, ${shape.padded} channels`,
    bindings: [read('P'), read('T'), write('dGamma'), write('dBeta')],
    threads: vectors,
    workgroupSize: THREADS,
    body,
  });
}
