/**
 * Matrix products in WGSL, as fast as plain kernels get: what a device can do with float32 arithmetic. A, B and C = A·B
 * are square and row-major; every thread computes a tile of C in registers, four products deep at a time.
 */
import { COMPONENTS, ofLaneInTurn } from '../../engine/fused/kernels/convolutionReads.ts';
import { type KernelSource, kernel, read, repeat, write } from '../../engine/fused/kernels/wgsl.ts';

/** Rows, and vectors of four columns, that one thread computes. */
export interface MatmulTile {
  rows: number;
  vectors: number;
}

/**
 * WGSL that adds A[row r, k … k+3] · B[k … k+3, vector c] to every accumulator, from `a_r` and `b_j_c`, spelled out: component
 * after component, so that a sum is loaded and stored once for four products.
 */
function accumulate({ rows, vectors }: MatmulTile): string {
  return repeat(vectors, (c) => accumulateVector(rows, c, (j) => `b_${j}_${c}`));
}

/** The same for one vector of columns, whose rows of B are named by `b`. */
function accumulateVector(rows: number, c: number, b: (j: number) => string): string {
  return COMPONENTS.map((to) =>
    repeat(rows, (r) => {
      const sum = `s_${r}_${c}.${to}`;
      const value = COMPONENTS.reduce(
        (total, from, j) => `fma(a_${r}.${from}, ${b(j)}.${to}, ${total})`,
        sum,
      );
      return `${sum} = ${value};`;
    }),
  ).join('\n');
}

function declareSums({ rows, vectors }: MatmulTile): string {
  return repeat(rows, (r) => repeat(vectors, (c) => `var s_${r}_${c} = vec4f();`));
}

/** `place` gives vector c's place among those of the thread. */
function storeSums(
  { rows, vectors }: MatmulTile,
  quarter: number,
  place: (c: number) => string = (c) => `${c}u`,
): string {
  return repeat(rows, (r) =>
    repeat(vectors, (c) => `C[(row + ${r}u) * ${quarter}u + column + ${place(c)}] = s_${r}_${c};`),
  );
}

function product(
  name: string,
  size: number,
  parts: Omit<Parameters<typeof kernel>[0], 'name' | 'bindings' | 'flops'>,
): KernelSource {
  return kernel({ name, bindings: [read('A'), read('B'), write('C')], flops: 2 * size ** 3, ...parts });
}

/** Tiles in registers, straight from memory. */
export function registerMatmul(size: number, tile: MatmulTile): KernelSource {
  const { rows, vectors } = tile;
  const quarter = size / 4;
  const groups = quarter / vectors;
  const body = `
  let column = t % ${groups}u * ${vectors}u; let row = t / ${groups}u * ${rows}u;
  ${declareSums(tile)}
  for (var k = 0u; k < ${quarter}u; k++) {
    let b = k * ${size}u + column;
    ${repeat(4, (j) => repeat(vectors, (c) => `let b_${j}_${c} = B[b + ${j * quarter + c}u];`, ' '))}
    ${loadA(rows, quarter)}
    ${accumulate(tile)}
  }
  ${storeSums(tile, quarter)}`;
  return product(`registers, ${rows}x${4 * vectors}`, size, { threads: (size / rows) * groups, body });
}

/**
 * The same with 16 columns a thread, where four lanes share what they load of B in turns, as in the convolutions: lane l loads
 * vector l, and in turn c works with that of lane l ^ c.
 */
export function quadMatmul(size: number, rows: number): KernelSource {
  const tile = { rows, vectors: 4 };
  const quarter = size / 4;
  const groups = quarter / 4;
  const body = `
  let lane = t & 3u; let column = (t >> 2u) % ${groups}u * 4u; let row = ((t >> 2u) / ${groups}u * 4u + lane) * ${rows}u;
  ${declareSums(tile)}
  for (var k = 0u; k < ${quarter}u; k++) {
    let b = k * ${size}u + column + lane;
    ${repeat(4, (j) => `let own_${j} = B[b + ${j * quarter}u];`, ' ')}
    ${loadA(rows, quarter)}
    ${repeat(4, (c) => `{ ${repeat(4, (j) => `let b_${j} = ${ofLaneInTurn(c, `own_${j}`)};`, ' ')}\n${accumulateVector(rows, c, (j) => `b_${j}`)} }`)}
  }
  ${storeSums(tile, quarter, (c) => `(lane ^ ${c}u)`)}`;
  const threads = (size / rows) * groups;
  return product(`registers, ${rows}x16, quad`, size, { threads, usesSubgroups: true, body });
}

const loadA = (rows: number, quarter: number): string =>
  repeat(rows, (r) => `let a_${r} = A[(row + ${r}u) * ${quarter}u + k];`);

const DEPTH = 16;

/** Tiles in registers from tiles in workgroup memory: `side` x `side` threads share 16 columns of A and rows of B. */
export function workgroupMatmul(size: number, tile: MatmulTile, side: number): KernelSource {
  const { rows, vectors } = tile;
  const quarter = size / 4;
  const threads = side * side;
  const [tileRows, tileVectors] = [side * rows, side * vectors];
  const groups = quarter / tileVectors;
  const copyA = repeat((tileRows * DEPTH) / 4 / threads, (i) => {
    const at = `(local + ${i * threads}u)`;
    return `tileA[${at}] = A[(firstRow + ${at} / ${DEPTH / 4}u) * ${quarter}u + k + ${at} % ${DEPTH / 4}u];`;
  });
  const copyB = repeat((tileVectors * DEPTH) / threads, (i) => {
    const at = `(local + ${i * threads}u)`;
    return `tileB[${at}] = B[(4u * k + ${at} / ${tileVectors}u) * ${quarter}u + firstColumn + ${at} % ${tileVectors}u];`;
  });
  const body = `
  let firstRow = workgroup / ${groups}u * ${tileRows}u; let firstColumn = workgroup % ${groups}u * ${tileVectors}u;
  let ownRow = local / ${side}u * ${rows}u; let ownColumn = local % ${side}u * ${vectors}u;
  let row = firstRow + ownRow; let column = firstColumn + ownColumn;
  ${declareSums(tile)}
  for (var k = 0u; k < ${quarter}u; k += ${DEPTH / 4}u) {
    ${copyA}
    ${copyB}
    workgroupBarrier();
    for (var i = 0u; i < ${DEPTH / 4}u; i++) {
      ${repeat(4, (j) => repeat(vectors, (c) => `let b_${j}_${c} = tileB[(4u * i + ${j}u) * ${tileVectors}u + ownColumn + ${c}u];`, ' '))}
      ${repeat(rows, (r) => `let a_${r} = tileA[(ownRow + ${r}u) * ${DEPTH / 4}u + i];`)}
      ${accumulate(tile)}
    }
    workgroupBarrier();
  }
  ${storeSums(tile, quarter)}`;
  return product(`workgroup memory, ${tileRows}x${4 * tileVectors}, ${rows}x${4 * vectors} a thread`, size, {
    threads: ((size / tileRows) * quarter * threads) / tileVectors,
    workgroupSize: threads,
    keepsAllThreads: true,
    declarations: `var<workgroup> tileA: array<vec4f, ${(tileRows * DEPTH) / 4}>; var<workgroup> tileB: array<vec4f, ${tileVectors * DEPTH}>;`,
    body,
  });
}
