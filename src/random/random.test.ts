import { describe, expect, it } from 'vitest';
import { normalPair } from './normal.ts';
import { permutation } from './permutation.ts';
import { RandomStream, toUniform } from './streams.ts';
import { threefry2x32 } from './threefry.ts';

describe('threefry2x32', () => {
  // kat_vectors of Random123 1.14: threefry2x32, 20 rounds: counter, key -> result.
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x243f6a88, 0x85a308d3],
      [0x13198a2e, 0x03707344],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])('gives the published result at counter %j, key %j', (counter, key, expected) => {
    const out = new Uint32Array(2);
    threefry2x32(key[0]!, key[1]!, counter[0]!, counter[1]!, out);
    expect([...out]).toEqual(expected);
  });
});

describe('streams', () => {
  it('give other numbers for another seed, purpose, layer, step and index', () => {
    const draws = [
      new RandomStream(1, 'kernel', 0).bits(0, 0)[0],
      new RandomStream(2, 'kernel', 0).bits(0, 0)[0],
      new RandomStream(1, 'shuffle', 0).bits(0, 0)[0],
      new RandomStream(1, 'kernel', 1).bits(0, 0)[0],
      new RandomStream(1, 'kernel', 0).bits(1, 0)[0],
      new RandomStream(1, 'kernel', 0).bits(0, 1)[0],
    ];
    expect(new Set(draws).size).toBe(draws.length);
  });

  it('give uniform numbers with the mean and variance of U(0, 1)', () => {
    const stream = new RandomStream(7, 'data');
    const draws = Array.from({ length: 20_000 }, (_, i) => toUniform(stream.bits(0, i)[0]!));
    const mean = draws.reduce((a, b) => a + b) / draws.length;
    const variance = draws.reduce((a, b) => a + (b - mean) ** 2, 0) / draws.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 3);
    expect(draws.every((u) => u >= 0 && u < 1)).toBe(true);
  });
});

describe('normalPair', () => {
  it('agrees with Box-Muller in float64', () => {
    const stream = new RandomStream(3, 'data');
    const out = new Float64Array(2);
    for (let i = 0; i < 5000; i++) {
      const [first, second] = [...stream.bits(0, i)] as [number, number];
      normalPair(first, second, out);
      const radius = Math.sqrt(-2 * Math.log(toUniform(first) + 2 ** -24));
      // cos(2π(u − 1/2)) and sin(2π(u − 1/2)): a pair of normals, whatever the sign convention.
      const angle = 2 * Math.PI * (toUniform(second) - 0.5);
      expect(out[0]).toBeCloseTo(radius * Math.cos(angle), 5);
      expect(out[1]).toBeCloseTo(radius * Math.sin(angle), 5);
    }
  });

  it('has the moments of N(0, 1)', () => {
    const stream = new RandomStream(11, 'data');
    const out = new Float64Array(2);
    let [sum, squares, fourth] = [0, 0, 0];
    const pairs = 50_000;
    for (let i = 0; i < pairs; i++) {
      const bits = stream.bits(0, i);
      normalPair(bits[0]!, bits[1]!, out);
      for (const z of out) {
        sum += z;
        squares += z ** 2;
        fourth += z ** 4;
      }
    }
    expect(sum / (2 * pairs)).toBeCloseTo(0, 1);
    expect(squares / (2 * pairs)).toBeCloseTo(1, 1);
    expect(fourth / (2 * pairs)).toBeCloseTo(3, 0);
  });
});

describe('permutation', () => {
  it('holds every index once, differs between epochs and repeats', () => {
    const first = permutation(1000, 5, 0);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect([...permutation(1000, 5, 0)]).toEqual([...first]);
    expect([...permutation(1000, 5, 1)]).not.toEqual([...first]);
  });
});
