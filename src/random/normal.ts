/**
 * Standard normal pairs from two words (Box-Muller). WGSL promises little about the accuracy of its `log` and `cos`,
 * so both languages use the same polynomials; they agree to a few units in the last place of float32.
 */
import { toUniform } from './streams.ts';

/** ln(1 + f) / f - 1 + f/2, over f²: the coefficients of Cephes' logf, highest power first. */
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
] as const;
/** sin(θ) = θ·p(θ²) on [-π/2, π/2], Taylor to θ¹¹ (error below 6e-8), highest power first. */
const SIN = [-1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1] as const;

const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** Natural logarithm of a float32 in (0, 1]. */
function logarithm(x: number): number {
  let exponent = Math.floor(Math.log2(x));
  let mantissa = x / 2 ** exponent;
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const f = mantissa - 1;
  return f - 0.5 * f * f + f * f * f * horner(LOG, f) + exponent * Math.LN2;
}

/** sin(2πt) for t in [-1/2, 1/2]. */
function sinTurn(t: number): number {
  const folded = Math.abs(t) > 0.25 ? Math.sign(t) * (0.5 - Math.abs(t)) : t;
  const angle = 2 * Math.PI * folded;
  return angle * horner(SIN, angle * angle);
}

/** Two independent standard normal numbers from two 32-bit words, written into `out`. */
export function normalPair(first: number, second: number, out: Float64Array): void {
  const radius = Math.sqrt(-2 * logarithm(toUniform(first) + 2 ** -24));
  const turn = toUniform(second) - 0.5;
  out[0] = radius * sinTurn(0.25 - Math.abs(turn));
  out[1] = radius * sinTurn(turn);
}

const wgslHorner = (coefficients: readonly number[], x: string): string =>
  coefficients.slice(1).reduce((sum, c) => `fma(${sum}, ${x}, f32(${c}))`, `f32(${coefficients[0]})`);

/** The same in WGSL: `fn normal_pair(bits: vec2u) -> vec2f`, with `fn to_uniform(bits: u32) -> f32`. */
export const NORMAL_WGSL = `
fn to_uniform(bits: u32) -> f32 { return f32(bits >> 8u) * ${2 ** -24}; }
fn logarithm(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  var exponent = f32(bits >> 23u) - 127.0;
  var mantissa = bitcast<f32>((bits & 0x7fffffu) | 0x3f800000u);
  if (mantissa > ${Math.fround(Math.SQRT2)}) { mantissa *= 0.5; exponent += 1.0; }
  let f = mantissa - 1.0;
  return f - 0.5 * f * f + f * f * f * ${wgslHorner(LOG, 'f')} + exponent * ${Math.fround(Math.LN2)};
}
fn sin_turn(t: f32) -> f32 {
  let angle = ${Math.fround(2 * Math.PI)} * select(t, sign(t) * (0.5 - abs(t)), abs(t) > 0.25);
  let square = angle * angle;
  return angle * ${wgslHorner(SIN, 'square')};
}
fn normal_pair(bits: vec2u) -> vec2f {
  let radius = sqrt(-2.0 * logarithm(to_uniform(bits.x) + ${2 ** -24}));
  let turn = to_uniform(bits.y) - 0.5;
  return radius * vec2f(sin_turn(0.25 - abs(turn)), sin_turn(turn));
}
`;
