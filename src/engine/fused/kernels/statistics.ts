/**
 * Statistics of a layer's raw output Y, stage 1: sums over chunks of pixels; finalise.ts adds the chunks.
 *
 * Thread: (chunk, four channels), channels fastest; one loop over the chunk's pixels. Sums are taken of y − K, where K is the
 * first value of the channel (or, for statistics of an example, of its set): the variance then needs one pass and does not
 * cancel, and the sums of all chunks simply add. For layer and group a chunk is one example.
 * Partial sums of a chunk: Σ(y−K), and Σ(y−K)² (batch, layer, group), Σ|y| (l1), Σy² (l2), or max |y| and how often (linf).
 * On a smooth piece of the loss |y| is y times a sign that is kept (choices.ts), which is 0 for all but the largest (linf).
 * Reference: engine/float64/normalise.ts.
 */
import type { Normalisation, Statistic } from '../../../network/network.ts';
import { keeping } from './choices.ts';
import { type LayerShape, pixelsOf } from './shapes.ts';
import { type KernelSource, kernel, read, write } from './wgsl.ts';

/** Vectors that a chunk leaves for four channels. */
export function partialRows(statistic: Statistic): 2 | 3 {
  return statistic === 'linf' ? 3 : 2;
}

/** WGSL that gives K for channel vector `c`: the first value of each channel, or of its set in example `n`. */
export function shiftOf(
  { padded, height, width, channels }: LayerShape,
  { overBatch, groups }: Normalisation,
): string {
  const vectors = padded / 4;
  if (overBatch) return 'Y[c]';
  const perGroup = channels / groups;
  const first = `vec4u(4u * c, 4u * c + 1u, 4u * c + 2u, 4u * c + 3u) / ${perGroup}u * ${perGroup}u`;
  return `shift_of_sets(n * ${height * width * vectors}u, min(${first}, vec4u(${channels - 1}u) / ${perGroup}u * ${perGroup}u))`;
}

/** WGSL function that `shiftOf` needs where statistics belong to examples. */
export const SHIFT_OF_SETS = `
fn shift_of_sets(base: u32, channel: vec4u) -> vec4f {
  return vec4f(Y[base + channel.x / 4u][channel.x % 4u], Y[base + channel.y / 4u][channel.y % 4u],
               Y[base + channel.z / 4u][channel.z % 4u], Y[base + channel.w / 4u][channel.w % 4u]);
}`;

/** Names in WGSL of what a value is gathered from and into. */
export interface GatherNames {
  value: string;
  /** K, which sums are taken from. */
  shift: string;
  first: string;
  second: string;
  third: string;
}

/** WGSL that adds one value to the sums. */
export function gather(statistic: Statistic, { value, shift, first, second, third }: GatherNames): string {
  switch (statistic) {
    case 'l1':
      return `${first} += ${value} - ${shift}; ${second} += abs(${value});`;
    case 'l2':
      return `${first} += ${value} - ${shift}; ${second} = fma(${value}, ${value}, ${second});`;
    case 'linf':
      return `${first} += ${value} - ${shift};
    ${third} = select(${third}, vec4f(0.0), abs(${value}) > ${second}) + select(vec4f(0.0), vec4f(1.0), abs(${value}) >= ${second});
    ${second} = max(${second}, abs(${value}));`;
    default:
      return `{ let d = ${value} - ${shift}; ${first} += d; ${second} = fma(d, d, ${second}); }`;
  }
}

/** Y [N][H][W][C], on a piece the signs D -> P [chunks][rows][C] */
export function statistics(
  shape: LayerShape,
  normalisation: Normalisation,
  chunks: number,
  onPiece: boolean,
): KernelSource {
  const { padded } = shape;
  const vectors = padded / 4;
  const pixels = pixelsOf(shape);
  const perChunk = Math.ceil(pixels / chunks);
  const rows = partialRows(normalisation.statistic);
  const keeps = keeping({ onPiece, rectified: false, normalisation }, ['signs']);
  const count = rows === 3 ? ' third += abs(s);' : '';
  const add = (value: string, at: string): string =>
    keeps.signs
      ? `{ let s = signs_of(D[${at}]); first += ${value} - K; second = fma(s, ${value}, second);${count} }`
      : gather(normalisation.statistic, {
          value,
          shift: 'K',
          first: 'first',
          second: 'second',
          third: 'third',
        });
  const body = `
  let c = t % ${vectors}u; let chunk = t / ${vectors}u; ${normalisation.overBatch ? '' : 'let n = chunk;'}
  let K = ${shiftOf(shape, normalisation)};
  var first = vec4f(); var second = vec4f(); ${rows === 3 ? 'var third = vec4f();' : ''}
  let start = min(chunk * ${perChunk}u, ${pixels}u); let count = min(start + ${perChunk}u, ${pixels}u) - start;
  var p = start * ${vectors}u + c;
  let fours = count / 4u;
  for (var i = 0u; i < fours; i++) {
    let v0 = Y[p]; let v1 = Y[p + ${vectors}u]; let v2 = Y[p + ${2 * vectors}u]; let v3 = Y[p + ${3 * vectors}u];
    ${['v0', 'v1', 'v2', 'v3'].map((value, i) => add(value, `p + ${i * vectors}u`)).join(' ')}
    p += ${4 * vectors}u;
  }
  for (var i = fours * 4u; i < count; i++) { let v = Y[p]; ${add('v', 'p')} p += ${vectors}u; }
  let o = chunk * ${rows * vectors}u + c;
  P[o] = first; P[o + ${vectors}u] = second; ${rows === 3 ? `P[o + ${2 * vectors}u] = third;` : ''}`;
  return kernel({
    name: `statistics (${normalisation.statistic}), ${pixels} pixels x ${padded} channels, ${chunks} chunks${keeps.suffix}`,
    bindings: [read('Y'), ...keeps.bindings, write('P')],
    declarations: keeps.declarations + (normalisation.overBatch ? '' : SHIFT_OF_SETS),
    threads: chunks * vectors,
    body,
    numbers: pixels * padded,
  });
}
