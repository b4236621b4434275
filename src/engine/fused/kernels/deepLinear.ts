/**
 * Layers of a deep linear network, each as one kernel forward and one backward: its matrices are so small (up to 16 x 16)
 * that they fit into registers, and what costs is the number of dispatches. The normalisation of the layer before is applied
 * on the way in, the sums that the next finalise.ts needs are taken on the way out.
 *
 * Thread: a chunk of examples and `vectors` times four channels (forward: outputs, backward: inputs); one loop over the
 * chunk's examples. All layers of one shape run the same kernel: what differs is bound.
 * Reference: engine/float64/dense.ts and normalise.ts.
 */
import type { Statistic } from '../../../network/network.ts';
import { spreadTerm } from './activationGradient.ts';
import { gather, partialRows } from './statistics.ts';
import { GRADIENT_ROWS, TABLE_ROWS, type TableRow } from './tables.ts';
import { type KernelSource, kernel, read, repeat, roundUp, write } from './wgsl.ts';

/** Channels are those on the device, multiples of four. */
export interface DeepLinearLayer {
  examples: number;
  inputs: number;
  outputs: number;
  chunks: number;
  /** Channel vectors of a thread: 1, or all, where threads are few and loads are dear. The sums are the same. */
  vectors: 'one' | 'all';
  /** Whether the layer before is normalised, and how the layer itself is. */
  before: boolean;
  own: { statistic: Statistic; stopped: boolean } | null;
}

/** Few threads with much work each are spread over the cores in small workgroups. */
const workgroupSize = ({ vectors }: DeepLinearLayer): number => (vectors === 'all' ? 8 : 64);

/** Partial sums of a layer's statistics or gradient come first, those of its kernel's gradient behind them. */
export function deepLinearSumsFloats({ chunks, inputs, outputs }: DeepLinearLayer): number {
  return roundUp(3 * chunks * Math.max(inputs, outputs), 4);
}

const tableRow = (name: TableRow, vectors: number, c: string): string =>
  `T[${TABLE_ROWS.indexOf(name) * vectors}u + ${c}]`;
const ownRow = (name: (typeof GRADIENT_ROWS)[number], vectors: number, o: number): string =>
  `Q[${GRADIENT_ROWS.indexOf(name) * vectors + o}u]`;

/** Thread number, chunk and the loop's bounds. `first` is the thread's first channel vector. */
function threadMap({ examples, chunks }: DeepLinearLayer, groups: number, held: number): string {
  const perChunk = Math.ceil(examples / chunks);
  return `
  let begin = t % ${groups}u * ${held}u; let chunk = t / ${groups}u;
  let start = min(chunk * ${perChunk}u, ${examples}u); let end = min(start + ${perChunk}u, ${examples}u);`;
}

/**
 * X [N][inputs]: raw outputs of the layer before, or the minibatch; K; T: table of the layer before -> Y [N][outputs].
 * P: partial sums of the layer's statistics, if it measures them.
 */
export function deepLinearForward(layer: DeepLinearLayer, statistic: Statistic | null): KernelSource {
  const { inputs, outputs, chunks, before } = layer;
  const [down, across] = [inputs / 4, outputs / 4];
  const held = layer.vectors === 'all' ? across : 1;
  const groups = across / held;
  const rows = statistic ? partialRows(statistic) : 0;
  const each = (text: (q: number) => string): string => repeat(held, text, ' ');
  const loadInput = (example: string): string =>
    repeat(
      down,
      (v) => {
        const x = `X[${example} * ${down}u + ${v}u]`;
        return `let x_${v} = ${before ? `fma(${x}, scale_${v}, shift_${v})` : x};`;
      },
      ' ',
    );
  const product = (q: number): string =>
    repeat(
      down,
      (v) => `mat4x4f(${[0, 1, 2, 3].map((j) => `w_${4 * v + j}_${q}`).join(', ')}) * x_${v}`,
      ' + ',
    );
  const names = (q: number) => ({
    value: `y_${q}`,
    shift: `K_${q}`,
    first: `first_${q}`,
    second: `second_${q}`,
    third: `third_${q}`,
  });
  const body = `
  ${threadMap(layer, groups, held)}
  ${repeat(inputs, (i) => each((q) => `let w_${i}_${q} = K[${i * across + q}u + begin];`))}
  ${
    before
      ? repeat(
          down,
          (v) =>
            `let scale_${v} = ${tableRow('scale', down, `${v}u`)}; let shift_${v} = ${tableRow('shift', down, `${v}u`)};`,
        )
      : ''
  }
  ${
    statistic
      ? `${each((q) => `var K_${q} = vec4f(); var first_${q} = vec4f(); var second_${q} = vec4f(); var third_${q} = vec4f();`)}
  { ${loadInput('0u')} ${each((q) => `K_${q} = ${product(q)};`)} }`
      : ''
  }
  for (var n = start; n < end; n++) {
    ${loadInput('n')}
    ${each((q) => `let y_${q} = ${product(q)}; Y[n * ${across}u + begin + ${q}u] = y_${q}; ${statistic ? gather(statistic, names(q)) : ''}`)}
  }
  ${
    statistic
      ? each((q) => {
          const sums = ['first', 'second', 'third'].slice(0, rows);
          return sums
            .map((name, r) => `P[chunk * ${rows * across}u + ${r * across + q}u + begin] = ${name}_${q};`)
            .join(' ');
        })
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
    threads: groups * chunks,
    workgroupSize: workgroupSize(layer),
    body,
    flops: 2 * layer.examples * inputs * outputs,
  });
}

/**
 * D [N][outputs]: gradient of z; Y and Q (finalise.ts) of the layer; X, T of the layer before; K -> dX [N][inputs], the
 * gradient of z of the layer before (unless first). P: the sums that the layer before needs, then this layer's kernel gradient.
 */
export function deepLinearBackward(layer: DeepLinearLayer, isFirst: boolean): KernelSource {
  const { inputs, outputs, chunks, before, own } = layer;
  const [down, across] = [inputs / 4, outputs / 4];
  const held = layer.vectors === 'all' ? down : 1;
  const groups = down / held;
  const each = (text: (q: number) => string): string => repeat(held, text);
  const weights = (q: number): string =>
    repeat(
      4,
      (j) =>
        repeat(
          across,
          (o) => `let w_${q}_${j}_${o} = K[(4u * (begin + ${q}u) + ${j}u) * ${across}u + ${o}u];`,
          ' ',
        ),
      ' ',
    );
  const sums = (text: (q: number, j: number, o: number) => string): string =>
    each((q) => repeat(4, (j) => repeat(across, (o) => text(q, j, o), ' '), ' '));
  const back = (q: number): string => {
    const product = repeat(
      across,
      (o) => `g_${o} * mat4x4f(${[0, 1, 2, 3].map((j) => `w_${q}_${j}_${o}`).join(', ')})`,
      ' + ',
    );
    return `let back_${q} = ${product}; dX[n * ${down}u + begin + ${q}u] = back_${q};
    ${before ? `first_${q} += back_${q}; second_${q} = fma(back_${q}, raw_${q} - mean_${q}, second_${q});` : ''}`;
  };
  const kernelStart = deepLinearSumsFloats(layer) / 4;
  const body = `
  ${threadMap(layer, groups, held)}
  ${repeat(across, (o) => loadOwn(layer, o))}
  ${
    before
      ? each(
          (q) =>
            `let before_scale_${q} = ${tableRow('scale', down, `begin + ${q}u`)}; let before_shift_${q} = ${tableRow('shift', down, `begin + ${q}u`)}; let mean_${q} = ${tableRow('mean', down, `begin + ${q}u`)};
  var first_${q} = vec4f(); var second_${q} = vec4f();`,
        )
      : ''
  }
  ${isFirst ? '' : each(weights)}
  ${sums((q, j, o) => `var sum_${q}_${j}_${o} = vec4f();`)}
  for (var n = start; n < end; n++) {
    ${repeat(across, (o) => rawGradient(layer, o))}
    ${each((q) => `let raw_${q} = X[n * ${down}u + begin + ${q}u]; let x_${q} = ${before ? `fma(raw_${q}, before_scale_${q}, before_shift_${q})` : `raw_${q}`};`)}
    ${sums((q, j, o) => `sum_${q}_${j}_${o} = fma(vec4f(x_${q}[${j}]), g_${o}, sum_${q}_${j}_${o});`)}
    ${isFirst ? '' : each(back)}
  }
  ${sums((q, j, o) => `P[${kernelStart}u + (chunk * ${inputs}u + 4u * (begin + ${q}u) + ${j}u) * ${across}u + ${o}u] = sum_${q}_${j}_${o};`)}
  ${before ? each((q) => `P[chunk * ${2 * down}u + begin + ${q}u] = first_${q}; P[chunk * ${2 * down}u + ${down}u + begin + ${q}u] = second_${q};`) : ''}`;
  return kernel({
    name: `deep linear layer backward, ${inputs} to ${outputs}${own ? `, ${own.statistic}` : ''}, ${chunks} chunks`,
    bindings: [
      read('D'),
      ...(own ? [read('Y'), read('Q')] : []),
      read('X'),
      ...(before ? [read('T')] : []),
      ...(isFirst ? [] : [read('K'), write('dX')]),
      write('P'),
    ],
    threads: groups * chunks,
    workgroupSize: workgroupSize(layer),
    body,
    flops: (isFirst ? 2 : 4) * layer.examples * inputs * outputs,
  });
}

/** The layer's own table for output vector o. */
function loadOwn({ own, outputs }: DeepLinearLayer, o: number): string {
  if (!own) return '';
  const names = [
    'scale' as const,
    ...(own.stopped ? [] : (['slope', 'constant'] as const)),
    ...(own.statistic === 'linf' ? (['spread', 'ties'] as const) : []),
  ];
  return names.map((name) => `let ${name}_${o} = ${ownRow(name, outputs / 4, o)};`).join(' ');
}

/** Declares g_o, the gradient of the raw output, for output vector o of example n. */
function rawGradient({ own, outputs }: DeepLinearLayer, o: number): string {
  const at = `n * ${outputs / 4}u + ${o}u`;
  if (!own) return `let g_${o} = D[${at}];`;
  if (own.stopped) return `let g_${o} = scale_${o} * D[${at}];`;
  const f = spreadTerm(own.statistic, `y_${o}`, `spread_${o}`, `ties_${o}`);
  return `let y_${o} = Y[${at}]; let g_${o} = fma(scale_${o}, D[${at}], fma(slope_${o}, ${f}, constant_${o}));`;
}
