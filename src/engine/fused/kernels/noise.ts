/**
 * The noise of Algorithm 1 for one layer and step, stored once and read by every evaluation at that step.
 * Thread: one row (example and pixel), four channels. The streams and their order are those of network/noise.ts: the same
 * integers, hence the same noise up to the rounding of float32.
 */
import type { NoiseSettings } from '../../../network/network.ts';
import { NORMAL_WGSL } from '../../../random/normal.ts';
import { RandomStream } from '../../../random/streams.ts';
import { THREEFRY_WGSL } from '../../../random/threefry.ts';
import { float, type KernelSource, kernel, write } from './wgsl.ts';

/** A draw takes as long as loading so many numbers. */
const NUMBERS_A_DRAW = 6;

/** -> S, M [rows][padded]: each activation becomes S·a + M. Padded channels get S = 1, M = 0. */
export function noise(
  settings: NoiseSettings,
  seed: number,
  layer: number,
  rows: number,
  channels: number,
  padded: number,
): KernelSource {
  const { nMu, nSigma, rMu, rSigma } = settings;
  const vectors = padded / 4;
  const pairs = Math.ceil(channels / 2);
  const key = (purpose: 'noiseUnit' | 'noiseShift' | 'noiseScale'): string => {
    const [k0, k1] = new RandomStream(seed, purpose, layer).key;
    return `vec2u(${k0}u, ${k1}u)`;
  };
  const body = `
  let first = t % ${vectors}u * 4u; let row = t / ${vectors}u;
  var shift: vec4f; var scale: vec4f;
  for (var j = 0u; j < 4u; j += 2u) {
    let index = row * ${pairs}u + (first + j) / 2u;
    let uniforms = threefry2x32(${key('noiseShift')}, vec2u(arguments.step, index));
    let normals = normal_pair(threefry2x32(${key('noiseScale')}, vec2u(arguments.step, index)));
    for (var odd = 0u; odd < 2u; odd++) {
      let unit = threefry2x32(${key('noiseUnit')}, vec2u(arguments.step, first + j + odd));
      let mu = ${float(nMu)} * (2.0 * to_uniform(unit.x) - 1.0);
      let sigma = 1.0 + ${float(nSigma - 1)} * to_uniform(unit.y);
      shift[j + odd] = mu + ${float(rMu)} * (2.0 * to_uniform(uniforms[odd]) - 1.0);
      scale[j + odd] = sigma + ${float(rSigma)} * normals[odd];
    }
  }
  ${
    channels === padded
      ? ''
      : `let real = vec4u(first, first + 1u, first + 2u, first + 3u) < vec4u(${channels}u);
  shift = select(vec4f(0.0), shift, real); scale = select(vec4f(1.0), scale, real);`
  }
  S[t] = scale; M[t] = shift;`;
  return kernel({
    name: `noise of layer ${layer + 1}, ${rows} rows x ${channels} channels`,
    bindings: [write('S'), write('M')],
    usesArguments: true,
    declarations: THREEFRY_WGSL + NORMAL_WGSL,
    threads: rows * vectors,
    body,
    numbers: NUMBERS_A_DRAW * rows * channels,
  });
}
