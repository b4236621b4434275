/**
 * The noise of Algorithm 1 (appendix A of the paper): at every step each unit j draws μ_j ~ U(−n_μ, n_μ) and
 * σ_j ~ U(1, n_σ); each activation then becomes s·a + m with m ~ U(μ_j − r_μ, μ_j + r_μ) and s ~ N(σ_j, r_σ).
 * It is a function of (seed, layer, step, position), so every evaluation at one step meets the same noise.
 */
import { normalPair } from '../random/normal.ts';
import { RandomStream, toUniform } from '../random/streams.ts';
import type { NoiseSettings } from './network.ts';

export interface LayerNoise {
  /** [rows, channels]: m, added. */
  shift: Float32Array<ArrayBuffer>;
  /** [rows, channels]: s, multiplied. */
  scale: Float32Array<ArrayBuffer>;
}

/**
 * The noise of one layer at one step. `rows` counts examples times pixels. Channels are drawn in pairs: pair p of
 * row r has index r·⌈channels/2⌉ + p in its stream; the unit's own draws have the channel as index.
 */
export function layerNoise(
  settings: NoiseSettings,
  seed: number,
  layer: number,
  step: number,
  rows: number,
  channels: number,
): LayerNoise {
  const { nMu, nSigma, rMu, rSigma } = settings;
  const units = new RandomStream(seed, 'noiseUnit', layer);
  const mu = new Float64Array(channels);
  const sigma = new Float64Array(channels);
  for (let j = 0; j < channels; j++) {
    const bits = units.bits(step, j);
    mu[j] = nMu * (2 * toUniform(bits[0]!) - 1);
    sigma[j] = 1 + (nSigma - 1) * toUniform(bits[1]!);
  }
  const shifts = new RandomStream(seed, 'noiseShift', layer);
  const scales = new RandomStream(seed, 'noiseScale', layer);
  const pairs = Math.ceil(channels / 2);
  const shift = new Float32Array(rows * channels);
  const scale = new Float32Array(rows * channels);
  const normals = new Float64Array(2);
  for (let row = 0; row < rows; row++) {
    for (let pair = 0; pair < pairs; pair++) {
      const index = row * pairs + pair;
      const uniforms = shifts.bits(step, index);
      const bits = scales.bits(step, index);
      normalPair(bits[0]!, bits[1]!, normals);
      for (let odd = 0; odd < 2; odd++) {
        const j = 2 * pair + odd;
        if (j >= channels) break;
        shift[row * channels + j] = mu[j]! + rMu * (2 * toUniform(uniforms[odd]!) - 1);
        scale[row * channels + j] = sigma[j]! + rSigma * normals[odd]!;
      }
    }
  }
  return { shift, scale };
}
