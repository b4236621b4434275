import { describe, expect, it } from 'vitest';
import { readFromBench, readToBench } from './benchMessages.ts';

describe('messages of the bench', () => {
  it('to the worker are read', () => {
    const start = { type: 'start', options: { peers: true, growth: true, subgroups: false } };
    expect(readToBench(start)).toEqual(start);
    expect(readToBench({ type: 'stop' })).toEqual({ type: 'stop' });
  });

  it('from the worker are read, with what is inside', () => {
    const partial = { type: 'partial', part: { achievedGflops: 5.1 } };
    expect(readFromBench(partial)).toEqual(partial);
    const problem = { kind: 'stopped', message: 'm', hint: 'h' };
    expect(readFromBench({ type: 'failed', problem })).toEqual({ type: 'failed', problem });
  });

  it('of others are not', () => {
    for (const raw of [null, 'start', {}, { type: 'start' }, { type: 'start', options: { growth: 1 } }])
      expect(readToBench(raw)).toBeNull();
    for (const raw of [undefined, { type: 'progress' }, { type: 'finished', result: {} }])
      expect(readFromBench(raw)).toBeNull();
    expect(readFromBench({ type: 'failed', problem: { kind: 'other', message: '', hint: '' } })).toBeNull();
  });
});
