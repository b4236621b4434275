/**
 * The way back through pooling, ReLU, noise and normalisation. Nothing but the raw output Y was stored: z is computed again,
 * the gradient dA of an output pixel goes to the first maximum of its window, if that is positive; on a smooth piece of the
 * loss, to the one that passed where the piece was taken.
 *
 * Two kernels. The first sums d and d·(y − mean) over chunks, d being the gradient of z; finalise.ts makes the table Q of
 * them. The second writes dY = scale·d + slope·f(y) + constant into the interior of a buffer with a halo.
 * Threads as in activate.ts for the second; (chunk of output pixels, four channels) for the first.
 * Reference: engine/float64/network.ts and normalise.ts.
 */
import type { Normalisation, Statistic } from '../../../network/network.ts';
import { type Activation, activationBindings, loadAffine, loadWindow, windowMap } from './activate.ts';
import { ifPassed, keeping } from './choices.ts';
import { outputSize, pixelsOf } from './shapes.ts';
import { gradientRow, row } from './tables.ts';
import { type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

/** Where a kernel finds what belongs to window position k, and to the output. */
interface WindowPlaces {
  windows: number;
  /** The raw output. */
  raw: (k: number) => string;
  /** Its index, which noise and signs share. */
  p: (k: number) => string;
  /** The output's index. */
  at: string;
}

/** WGSL that declares y_k and d_k, the gradient of z at window position k, from `incoming`. */
export function routeToMaximum(activation: Activation, { windows, raw, p, at }: WindowPlaces): string {
  const { rectified, noisy } = activation;
  const noise = (k: number, value: string): string => (noisy ? `${value} * S[${p(k)}]` : value);
  if (keeping(activation, ['passes']).passes)
    return `let passes = bytes_of(C[${at}]);
    ${repeat(windows, (k) => `let y_${k} = ${raw(k)}; let d_${k} = ${noise(k, ifPassed('incoming', k))};`)}`;
  const window = loadWindow(activation, windows, raw, p);
  if (windows === 1)
    return `${window} let d_0 = ${noise(0, rectified ? 'select(vec4f(), incoming, z_0 > vec4f())' : 'incoming')};`;
  const earlier = (k: number): string => repeat(k, (i) => ` & !at_${i}`, '');
  return `${window} let passed = select(vec4f(), incoming, top > vec4f());
    ${repeat(windows, (k) => `let at_${k} = (z_${k} == top)${earlier(k)};`, ' ')}
    ${repeat(windows, (k) => `let d_${k} = ${noise(k, `select(vec4f(), passed, at_${k})`)};`, ' ')}`;
}

/** dA [N][outH][outW][C] -> P [chunks][2][C]: Σd and Σd·(y − mean). For layer and group a chunk is one example. */
export function activationGradientSums(activation: Activation, chunks: number): KernelSource {
  const { shape, normalisation } = activation;
  if (!normalisation) throw new Error('Sums of a gradient are for normalised layers.');
  const vectors = shape.padded / 4;
  const { height, width, pooled } = shape;
  const out = outputSize(shape);
  const pixels = shape.examples * out.height * out.width;
  const perChunk = Math.ceil(pixels / chunks);
  const windows = pooled ? 4 : 1;
  const keeps = keeping(activation, ['passes']);
  const positions = pooled
    ? `let imageRow = i / ${out.width}u; let x = i - imageRow * ${out.width}u; let m = imageRow / ${out.height}u; let y = imageRow - m * ${out.height}u;
    let upper = (m * ${height}u + 2u * y) * ${width}u; let lower = (m * ${height}u + min(2u * y + 1u, ${height - 1}u)) * ${width}u;
    let left = 2u * x; let right = min(left + 1u, ${width - 1}u);
    let p_0 = (upper + left) * ${vectors}u + c; let p_1 = (upper + right) * ${vectors}u + c;
    let p_2 = (lower + left) * ${vectors}u + c; let p_3 = (lower + right) * ${vectors}u + c;`
    : `let p_0 = i * ${vectors}u + c;`;
  const body = `
  let c = t % ${vectors}u; let chunk = t / ${vectors}u; ${normalisation.overBatch ? '' : 'let n = chunk;'}
  ${loadAffine(activation)}
  let mean = ${row('mean', shape, normalisation)};
  var first = vec4f(); var second = vec4f();
  let start = min(chunk * ${perChunk}u, ${pixels}u); let end = min(start + ${perChunk}u, ${pixels}u);
  for (var i = start; i < end; i++) {
    ${positions}
    let incoming = dA[i * ${vectors}u + c];
    ${routeToMaximum(activation, {
      windows,
      raw: (k) => `Y[p_${k}]`,
      p: (k) => `p_${k}`,
      at: `i * ${vectors}u + c`,
    })}
    first += ${repeat(windows, (k) => `d_${k}`, ' + ')};
    second += ${repeat(windows, (k) => `d_${k} * (y_${k} - mean)`, ' + ')};
  }
  P[chunk * ${2 * vectors}u + c] = first; P[chunk * ${2 * vectors}u + ${vectors}u + c] = second;`;
  return kernel({
    name: `sums of the activation gradient, ${height}x${width}x${shape.padded}${pooled ? ', pooled' : ''}, ${chunks} chunks${keeps.suffix}`,
    bindings: [...activationBindings(activation), read('dA'), ...keeps.bindings, write('P')],
    declarations: keeps.declarations,
    threads: chunks * vectors,
    body,
    numbers: pixelsOf(shape) * shape.padded,
  });
}

/** f(y) of dY = scale·d + slope·f(y) + constant. */
export function spreadTerm(statistic: Statistic, value: string, spread = 'spread', ties = 'ties'): string {
  if (statistic === 'l1') return `sign(${value})`;
  if (statistic === 'linf') return `select(vec4f(), sign(${value}) / ${ties}, abs(${value}) == ${spread})`;
  return value;
}

/** WGSL of dY at window position k, from d_k, y_k (or what f is of it) and the tables' rows that `rowsOfRawGradient` names. */
export function rawGradient(normalisation: Normalisation | null, k: number, spreadOf?: string): string {
  if (!normalisation) return `d_${k}`;
  if (normalisation.stopped) return `scale * d_${k}`;
  const term = spreadOf ?? spreadTerm(normalisation.statistic, `y_${k}`);
  return `fma(scale, d_${k}, fma(slope, ${term}, constant))`;
}

/** WGSL of the rows that `rawGradient` needs besides scale and shift, by their names. */
export function rowsOfRawGradient(
  { shape, normalisation }: Activation,
  c = 'c',
): { name: string; value: string }[] {
  if (!normalisation) return [];
  const tables = normalisation.statistic === 'linf' ? (['spread', 'ties'] as const) : [];
  const gradients = normalisation.stopped ? [] : (['slope', 'constant'] as const);
  return [
    ...gradients.map((name) => ({ name, value: gradientRow(name, shape, normalisation, { c }) })),
    ...tables.map((name) => ({ name, value: row(name, shape, normalisation, { c }) })),
  ];
}

/** dA [N][outH][outW][C] -> dY: gradient of the raw output [N][H][W][C], with or without a halo. */
export function activationGradient(activation: Activation, halo: boolean): KernelSource {
  const { shape, normalisation } = activation;
  const { height, width, pooled, padded } = shape;
  const vectors = padded / 4;
  const map = windowMap(shape);
  const out = outputSize(shape);
  const rim = halo ? 1 : 0;
  const rowVectors = (width + 2 * rim) * vectors;
  const keeps = keeping(activation, ['passes', 'signs']);
  const value = (x: number, k: number): string => {
    if (!keeps.signs) return rawGradient(normalisation, k);
    const sign = `signs_of(D[p_${x}_${k}])`;
    return rawGradient(normalisation, k, normalisation?.statistic === 'linf' ? `${sign} / ties` : sign);
  };
  const store = (x: number, k: number): string => {
    const at = pooled ? (k >> 1) * rowVectors + (2 * x + (k & 1)) * vectors : x * vectors;
    const guards = [
      pooled && height % 2 === 1 && k >= 2 ? `(2u * y + 1u < ${height}u)` : '',
      pooled && width % 2 === 1 && k % 2 === 1 ? `(left_${x} + 1u < ${width}u)` : '',
    ].filter((guard) => guard !== '');
    const text = `dY[o + ${at}u] = ${value(x, k)};`;
    return guards.length > 0 ? `if (${guards.join(' & ')}) { ${text} }` : text;
  };
  const step = pooled ? 2 : 1;
  const body = `
  ${map.text}
  ${loadAffine(activation)}
  ${rowsOfRawGradient(activation)
    .map(({ name, value: of }) => `let ${name} = ${of};`)
    .join(' ')}
  let ib = ((n * ${out.height}u + y) * ${out.width}u + x0) * ${vectors}u + c;
  let o = ((n * ${height + 2 * rim}u + ${step}u * y + ${rim}u) * ${width + 2 * rim}u + ${step}u * x0 + ${rim}u) * ${vectors}u + c;
  ${repeat(
    map.pixels,
    (x) => `{ let incoming = dA[ib + ${x * vectors}u];
    ${routeToMaximum(activation, {
      windows: map.windows,
      raw: (k) => `Y[p_${x}_${k}]`,
      p: (k) => `p_${x}_${k}`,
      at: `ib + ${x * vectors}u`,
    })}
    ${repeat(map.windows, (k) => store(x, k))} }`,
  )}`;
  const needsQ = normalisation && !normalisation.stopped;
  return kernel({
    name: `activation gradient, ${height}x${width}x${padded}${pooled ? ', pooled' : ''}${keeps.suffix}`,
    bindings: [
      ...activationBindings(activation),
      read('dA'),
      ...(needsQ ? [read('Q')] : []),
      ...keeps.bindings,
      write('dY'),
    ],
    declarations: keeps.declarations,
    threads: shape.examples * out.height * map.segments * vectors,
    body,
    numbers: pixelsOf(shape) * padded,
  });
}
