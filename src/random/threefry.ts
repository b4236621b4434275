/**
 * Threefry-2x32, 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a bijection of two
 * words under a key of two words. Additions, rotations and exclusive-ors only, so TypeScript and WGSL give the same bits.
 */

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const PARITY = 0x1bd11bda;
const ROUNDS = 20;

/** Writes the two 32-bit words that key (k0, k1) gives at counter (c0, c1) into `out`. */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Uint32Array): void {
  const k2 = (PARITY ^ k0 ^ k1) | 0;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let group = 0; group < ROUNDS / 4; group++) {
    const [r0, r1, r2, r3] = ROTATIONS[group & 1]!;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << r0) | (x1 >>> (32 - r0))) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << r1) | (x1 >>> (32 - r1))) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << r2) | (x1 >>> (32 - r2))) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << r3) | (x1 >>> (32 - r3))) ^ x0;
    const first = group % 3 === 0 ? k1 : group % 3 === 1 ? k2 : k0;
    const second = group % 3 === 0 ? k2 : group % 3 === 1 ? k0 : k1;
    x0 = (x0 + first) | 0;
    x1 = (x1 + second + group + 1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
}

function wgslGroup(group: number): string {
  const rounds = ROTATIONS[group & 1]!.map(
    (r) => `x.x += x.y; x.y = ((x.y << ${r}u) | (x.y >> ${32 - r}u)) ^ x.x;`,
  );
  const keys = ['k.x', 'k.y', 'k2'];
  return `  ${rounds.join(' ')}\n  x += vec2u(${keys[(group + 1) % 3]}, ${keys[(group + 2) % 3]} + ${group + 1}u);`;
}

/** The same function in WGSL: `fn threefry2x32(k: vec2u, c: vec2u) -> vec2u`. */
export const THREEFRY_WGSL = `
fn threefry2x32(k: vec2u, c: vec2u) -> vec2u {
  let k2 = ${PARITY}u ^ k.x ^ k.y;
  var x = c + k;
${Array.from({ length: ROUNDS / 4 }, (_, group) => wgslGroup(group)).join('\n')}
  return x;
}
`;
