import { describe, expect, it } from 'vitest';
import { calibrationChoices } from './calibrationStore.ts';

const choice = {
  adapter: 'google swiftshader',
  subgroups: true,
  kind: 'convolution',
  shape: { examples: 64, height: 14, width: 14, inputs: 16, outputs: 32 },
  candidates: [
    { name: '8 x 16', ms: 2.5, refused: null },
    { name: '4 x 4', ms: null, refused: 'other bits' },
  ],
  chosen: 0,
  flops: 1e8,
};
const storeOf = (saved: Record<string, unknown>) => ({
  load: () => Promise.resolve(saved),
  save: () => Promise.resolve(),
});

describe('choices remembered', () => {
  it('are read with what was measured for them', async () => {
    expect(await calibrationChoices(storeOf({ a: { ...choice, tile: { pixels: 8 } } }))).toEqual([choice]);
  });

  it('are left out where the storage holds anything else, or cannot be read', async () => {
    const others = { a: null, b: { pixels: 8, channels: 16 }, c: { ...choice, chosen: 7 }, d: 'text' };
    expect(await calibrationChoices(storeOf(others))).toEqual([]);
    const denied = { ...storeOf({}), load: () => Promise.reject(new Error('denied')) };
    expect(await calibrationChoices(denied)).toEqual([]);
  });
});
