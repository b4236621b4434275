/**
 * The same convolution by workgroups that work together, for wide layers on real GPUs: 64 threads take 64 consecutive pixels
 * times 32 or 64 output channels. For each (kernel row, block of four input channels) they load the inputs and weights of all
 * three kernel columns into workgroup memory, each thread its own pixel's, and wait; then each thread adds the products of
 * 8 pixels and `channels` outputs. 8 threads that read the same pixels have outputs that interleave, so that what they load and
 * store lies side by side.
 *
 * The order of the sums is that of convolution.ts, and so are the bits. Reference: engine/float64/convolution.ts.
 */
import type { ConvolutionShape } from './convolution.ts';
import { addTo, startOf, type Weights } from './convolutionReads.ts';
import { convolutionFlops } from './shapes.ts';
import { type KernelSource, kernel, read, repeat, write } from './wgsl.ts';

export interface TogetherTile {
  together: true;
  /** Output channels of a thread: 4 or 8. */
  channels: number;
  quad: false;
}

const THREADS = 64;
/** Threads that share pixels, and threads that share outputs. */
const ACROSS = 8;
const PIXELS = THREADS / ACROSS;

/** Output channels of a workgroup; they must divide the layer's. */
export const channelsTogether = ({ channels }: TogetherTile): number => ACROSS * channels;

export function convolutionTogether(
  shape: ConvolutionShape,
  tile: TogetherTile,
  weights: Weights,
  title: string,
): KernelSource {
  const { examples, height, width, inputs, outputs } = shape;
  const vectors = channelsTogether(tile) / 4;
  const own = tile.channels / 4;
  const all = examples * height * width;
  const groups = outputs / (4 * vectors);
  const blocks = inputs / 4;
  const body = `
  let channelGroup = workgroup % ${groups}u; let start = workgroup / ${groups}u * ${THREADS}u;
  let across = local % ${ACROSS}u; let down = local / ${ACROSS}u * ${PIXELS}u;
  let first = start + local;
  ${startOf(0, shape, all)}
  ${repeat(PIXELS, (p) => repeat(own, (q) => `var s_${p}_${q} = vec4f();`, ' '))}
  for (var i = 0u; i < ${3 * blocks}u; i++) {
    let ky = i / ${blocks}u; let c = i - ky * ${blocks}u;
    let offset = start_0 + ky * ${(width + 2) * blocks}u + c;
    let wb = ${weights.base};
    workgroupBarrier();
    ${repeat(3, (kx) => `inputsOf[${kx * THREADS}u + local] = X[offset + ${kx * blocks}u];`)}
    for (var e = local; e < ${12 * vectors}u; e += ${THREADS}u) {
      let q = e % ${vectors}u; let r = e / ${vectors}u % 4u; let kx = e / ${4 * vectors}u;
      weightsOf[e] = K[wb + ${weights.tap('kx')} + q * ${weights.vector}u + r * ${weights.row}u];
    }
    workgroupBarrier();
    ${repeat(3, (kx) => productsOf(kx, vectors, own, weights))}
  }
  ${repeat(PIXELS, (p) => {
    const stores = repeat(own, (q) => `Y[at + ${q * ACROSS}u] = s_${p}_${q};`, ' ');
    const condition = all % THREADS === 0 ? '' : `if (start + down + ${p}u < ${all}u) `;
    return `${condition}{ let at = (start + down + ${p}u) * ${outputs / 4}u + channelGroup * ${vectors}u + across; ${stores} }`;
  })}`;
  return kernel({
    name: `${title}, ${height}x${width}, ${inputs} to ${outputs} channels, tile ${THREADS} x ${4 * vectors} in workgroup memory, ${PIXELS} x ${tile.channels} a thread`,
    bindings: [read('X'), read('K'), write('Y')],
    workgroupSize: THREADS,
    threads: Math.ceil(all / THREADS) * groups * THREADS,
    declarations: `var<workgroup> inputsOf: array<vec4f, ${3 * THREADS}>; // [kernel column][pixel]
var<workgroup> weightsOf: array<vec4f, ${12 * vectors}>; // [kernel column][row of the matrix][vector of outputs]`,
    body,
    keepsAllThreads: true,
    flops: convolutionFlops(shape),
  });
}

/** WGSL that adds what kernel column kx brings to a thread's pixels. */
function productsOf(kx: number, vectors: number, own: number, weights: Weights): string {
  const inputs = repeat(PIXELS, (p) => `let x_${p} = inputsOf[${kx * THREADS + p}u + down];`, ' ');
  const sums = repeat(own, (q) => {
    const row = (r: number) => `weightsOf[${(4 * kx + r) * vectors + q * ACROSS}u + across]`;
    const adds = repeat(PIXELS, (p) =>
      repeat(4, (to) => addTo(`s_${p}_${q}`, to, weights, [['m', `x_${p}`]]), ' '),
    );
    return `{ ${repeat(4, (r) => `let m_${r} = ${row(r)};`, ' ')}\n      ${adds} }`;
  });
  return `{ ${inputs}\n    ${sums} }`;
}
