/** Standard normal numbers from a seed, the same on every machine: mulberry32 and Box-Muller in float64. */

function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the numbers of one seed are for: each purpose draws its own, so that changing one size leaves the rest alone. */
const PURPOSES = { inputs: 1, layer: 2, optimum: 3, downstream: 4, direction: 5 } as const;

/** Draws one standard normal number a call. */
export function normals(seed: number, purpose: keyof typeof PURPOSES): () => number {
  const uniform = uniforms(Math.imul(seed + 1, 0x9e3779b1) + Math.imul(PURPOSES[purpose], 0x85ebca6b));
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** `count` columns of `length` standard normal numbers. */
export function normalColumns(draw: () => number, count: number, length: number): Float64Array[] {
  return Array.from({ length: count }, () => Float64Array.from({ length }, draw));
}
