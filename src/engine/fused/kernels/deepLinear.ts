/**
 * Layers of a deep linear network, each as one kernel forward and one backward: its matrices are so small (up to 16 x 16)
 * that they fit into registers, and what costs is the number of dispatches. The normalisation of the layer before is applied
 * on the way in, the sums that the next finalise.ts needs are taken on the way out.
 *
 * Thread: a chunk of examples and four channels (forward: outputs, backward: inputs), channels fastest; one loop over the
 * chunk's examples. All tables lie in one buffer T, all partial sums in one buffer P, because devices bind few buffers.
 * Reference: engine/float64/dense.ts and normalise.ts.
 */
import type { Normalisation } from '../../../network/network.ts';
import { spreadTerm } from './activationGradient.ts';
import { GATHER, partialRows } from './statistics.ts';
import { TABLE_ROWS, type TableRow } from './tables.ts';
import { type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

/** Floats are padded to multiples of four, offsets count floats. */
export interface DeepLinearLayer {
  examples: number;
  inputs: number;
  outputs: number;
  chunks: number;
  /** The normalisation of the layer before and where its table begins. */
  before: { normalisation: Normalisation; table: number } | null;
  /** The layer's own. */
  own: { normalisation: Normalisation; table: number } | null;
}

/** WGSL of one row of a table at a fixed place, for channel vector c. */
function rowAt(table: number, name: TableRow, padded: number, c: string): string {
  return `T[${table / 4 + (TABLE_ROWS.indexOf(name) * padded) / 4}u + ${c}]`;
}

/** X [N][inputs] raw outputs of the layer before (or the minibatch), K, T -> Y [N][outputs]; P from `sums`: partial statistics. */
export function deepLinearForward(layer: DeepLinearLayer, sums: number | null): KernelSource {
  const { examples, inputs, outputs, chunks, before, own } = layer;
  const [down, across] = [inputs / 4, outputs / 4];
  const perChunk = Math.ceil(examples / chunks);
  const statistic = sums === null ? null : own!.normalisation.statistic;
  const rows = statistic ? partialRows(statistic) : 0;
  const product = (example: string): string =>
    repeat(
      down,
      (v) => {
        const x = `X[${example} * ${down}u + ${v}u]`;
        const input = before ? `fma(${x}, scale_${v}, shift_${v})` : x;
        return `mat4x4f(${[0, 1, 2, 3].map((j) => `w_${4 * v + j}`).join(', ')}) * ${input}`;
      },
      ' + ',
    );
  const body = `
  let o = t % ${across}u; let chunk = t / ${across}u;
  ${repeat(inputs, (i) => `let w_${i} = K[${i * across}u + o];`, ' ')}
  ${
    before
      ? repeat(
          down,
          (v) =>
            `let scale_${v} = ${rowAt(before.table, 'scale', inputs, `${v}u`)}; let shift_${v} = ${rowAt(before.table, 'shift', inputs, `${v}u`)};`,
        )
      : ''
  }
  ${statistic ? `let K0 = ${product('0u')}; var first = vec4f(); var second = vec4f(); var third = vec4f();` : ''}
  let start = min(chunk * ${perChunk}u, ${examples}u); let end = min(start + ${perChunk}u, ${examples}u);
  for (var n = start; n < end; n++) {
    let v = ${product('n')};
    Y[n * ${across}u + o] = v;
    ${statistic ? GATHER[statistic].replaceAll(' K;', ' K0;') : ''}
  }
  ${
    statistic
      ? `let p = ${sums! / 4}u + chunk * ${rows * across}u + o;
  P[p] = first; P[p + ${across}u] = second; ${rows === 3 ? `P[p + ${2 * across}u] = third;` : ''}`
      : ''
  }`;
  return kernel({
    name: `deep linear layer, ${inputs} to ${outputs}${statistic ? `, statistics (${statistic})` : ''}, ${chunks} chunks`,
    bindings: [
      read('X'),
      read('K'),
      ...(before ? [read('T')] : []),
      write('Y'),
      ...(statistic ? [write('P')] : []),
    ],
    threads: across * chunks,
    body,
    flops: 2 * examples * inputs * outputs,
  });
}

/** Where the backward kernel leaves its partial sums, in floats; `sums` is null where the layer before is not normalised. */
export interface DeepLinearSums {
  kernel: number;
  sums: number | null;
}

/**
 * D [N][outputs] gradient of z, Y, T, Q (the layer's own table of finalise.ts), X, K -> dX [N][inputs] (unless first);
 * P: partial kernel gradients and partial sums for the layer before.
 */
export function deepLinearBackward(
  layer: DeepLinearLayer,
  places: DeepLinearSums,
  isFirst: boolean,
): KernelSource {
  const { examples, inputs, outputs, chunks, before, own } = layer;
  const [down, across] = [inputs / 4, outputs / 4];
  const perChunk = Math.ceil(examples / chunks);
  const flowsThroughStatistics = own !== null && !own.normalisation.stopped;
  const needsSums = places.sums !== null && !isFirst;
  const body = `
  let i = t % ${down}u; let chunk = t / ${down}u;
  ${loadOwnTables(layer, flowsThroughStatistics)}
  ${before ? `let before_scale = ${rowAt(before.table, 'scale', inputs, 'i')}; let before_shift = ${rowAt(before.table, 'shift', inputs, 'i')}; let before_mean = ${rowAt(before.table, 'mean', inputs, 'i')};` : ''}
  ${isFirst ? '' : repeat(4, (j) => repeat(across, (o) => `let w_${j}_${o} = K[(4u * i + ${j}u) * ${across}u + ${o}u];`, ' '))}
  ${repeat(4, (j) => repeat(across, (o) => `var sum_${j}_${o} = vec4f();`, ' '))}
  var first = vec4f(); var second = vec4f();
  let start = min(chunk * ${perChunk}u, ${examples}u); let end = min(start + ${perChunk}u, ${examples}u);
  for (var n = start; n < end; n++) {
    ${repeat(across, (o) => rawGradient(layer, o, flowsThroughStatistics))}
    let raw = X[n * ${down}u + i];
    let x = ${before ? 'fma(raw, before_scale, before_shift)' : 'raw'};
    ${repeat(4, (j) => repeat(across, (o) => `sum_${j}_${o} = fma(vec4f(x[${j}]), g_${o}, sum_${j}_${o});`, ' '))}
    ${
      isFirst
        ? ''
        : `let back = ${repeat(across, (o) => `g_${o} * mat4x4f(${[0, 1, 2, 3].map((j) => `w_${j}_${o}`).join(', ')})`, ' + ')};
    dX[n * ${down}u + i] = back;
    ${needsSums ? 'first += back; second = fma(back, raw - before_mean, second);' : ''}`
    }
  }
  let p = ${places.kernel / 4}u + (chunk * ${inputs}u + 4u * i) * ${across}u;
  ${repeat(4, (j) => repeat(across, (o) => `P[p + ${j * across + o}u] = sum_${j}_${o};`, ' '))}
  ${
    needsSums
      ? `let s = ${places.sums! / 4}u + chunk * ${2 * down}u + i; P[s] = first; P[s + ${down}u] = second;`
      : ''
  }`;
  return kernel({
    name: `deep linear layer backward, ${inputs} to ${outputs}${own ? `, ${own.normalisation.statistic}` : ''}, ${chunks} chunks`,
    bindings: [
      read('D'),
      ...(own ? [read('Y')] : []),
      ...(own || before ? [read('T')] : []),
      ...(flowsThroughStatistics ? [read('Q')] : []),
      read('X'),
      ...(isFirst ? [] : [read('K'), write('dX')]),
      write('P'),
    ],
    threads: down * chunks,
    body,
    flops: (isFirst ? 2 : 4) * examples * inputs * outputs,
  });
}

function loadOwnTables({ own, outputs }: DeepLinearLayer, flowsThroughStatistics: boolean): string {
  if (!own) return '';
  const across = outputs / 4;
  const isLargest = own.normalisation.statistic === 'linf';
  return repeat(across, (o) => {
    const from = (name: TableRow): string => rowAt(own.table, name, outputs, `${o}u`);
    return [
      `let scale_${o} = ${from('scale')};`,
      flowsThroughStatistics ? `let slope_${o} = Q[${o}u]; let constant_${o} = Q[${across + o}u];` : '',
      isLargest ? `let spread_${o} = ${from('spread')}; let ties_${o} = ${from('ties')};` : '',
    ].join(' ');
  });
}

/** Declares g_o, the gradient of the raw output, for output vector o of example n. */
function rawGradient({ own, outputs }: DeepLinearLayer, o: number, flowsThroughStatistics: boolean): string {
  const at = `n * ${outputs / 4}u + ${o}u`;
  if (!own) return `let g_${o} = D[${at}];`;
  if (!flowsThroughStatistics) return `let g_${o} = scale_${o} * D[${at}];`;
  const f = spreadTerm(own.normalisation.statistic, `Y[${at}]`)
    .replaceAll('ties', `ties_${o}`)
    .replaceAll('spread', `spread_${o}`);
  return `let g_${o} = fma(scale_${o}, D[${at}], fma(slope_${o}, ${f}, constant_${o}));`;
}
