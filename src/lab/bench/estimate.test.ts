import { describe, expect, it } from 'vitest';
import { estimateMs } from './estimate.ts';

const software = { software: true, flopsPerSecond: 6e9 };
const all = { peers: true, growth: true, subgroups: true };

describe('the time of the bench', () => {
  it('grows with what is asked', () => {
    const alone = estimateMs({ ...all, peers: false, growth: false }, software);
    const compared = estimateMs({ ...all, growth: false }, software);
    const grown = estimateMs(all, software);
    expect(compared).toBeGreaterThan(alone + 30_000);
    expect(grown).toBeGreaterThan(compared + 60_000);
    expect(grown).toBeLessThan(30 * 60_000);
  });

  it('shrinks on a faster device, and is known before it has trained', () => {
    const fast = estimateMs(all, { software: false, flopsPerSecond: 1e12 });
    expect(fast).toBeLessThan(estimateMs(all, software) / 2);
    expect(estimateMs(all, { software: true, flopsPerSecond: null })).toBeGreaterThan(fast);
  });
});
