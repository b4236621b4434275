import { describe, expect, it } from 'vitest';
import { addMeasured } from '../../record/build.ts';
import { bandLabel, bandsOf, calmBand, readBands, sharpBand } from './bandData.ts';
import { type ColumnOf, lineData, readLines } from './lineData.ts';
import { addProbes, addTraining, recordOf } from './records.ts';
import { comparedIn, referenceIn, shownIn } from './shown.ts';

const lossOf: ColumnOf = ({ variant: { train } }) => ({ step: train.step, value: train.loss });
const options = { scale: 'log', smoothOver: null, endValue: null } as const;

function diverged() {
  const record = recordOf(['none', 'batch']);
  addTraining(record, 0, [2, 3, Number.NaN], [0.1, 0.1, 0.1]);
  addMeasured(record, { kind: 'status', variant: 0, status: 'diverged', step: 2 });
  addTraining(record, 1, [2, 0, 1, 0.5], [0.1, 0.2, 0.3, 0.4]);
  return record;
}

describe('the networks shown', () => {
  it('are those that are not hidden, each with all of its seeds, with identities that hiding does not change', () => {
    const record = recordOf(['none', 'none@0.5', 'batch'], { seeds: 2 });
    const all = shownIn(record, []);
    const some = shownIn(record, ['none']);
    expect(all.map(({ variant }) => variant.id)).toEqual(['none', 'none@0.5', 'batch']);
    expect(all.map(({ seeds }) => seeds.map(({ variant }) => variant.seed))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(some.map(({ identity }) => identity)).toEqual(all.slice(1).map(({ identity }) => identity));
    expect(referenceIn(all)?.variant.id).toBe('none');
    expect(comparedIn(all)?.variant.id).toBe('batch');
    expect(comparedIn(shownIn(recordOf(['none']), []))).toBeNull();
  });
});

describe('line figures', () => {
  it('end a diverged network at its step, without a label, and mark what is not positive', () => {
    const data = lineData(shownIn(diverged(), []), lossOf, options);
    expect(data.ends).toMatchObject([
      { steps: [2], identity: { id: 'none' }, words: 'not finite at step 2' },
    ]);
    expect(data.labels).toMatchObject([{ words: 'BatchNorm', step: 3, value: 0.5 }]);
    expect(data.marks).toMatchObject([{ identity: { id: 'batch' }, step: 1, edge: 'bottom' }]);
  });

  it('write the last value beside the name where it is asked for', () => {
    const data = lineData(shownIn(diverged(), ['none']), lossOf, { ...options, endValue: String });
    expect(data.labels[0]?.words).toBe('BatchNorm 0.5');
  });

  it('are read at the last values that are not later', () => {
    const readAt = readLines(shownIn(diverged(), []), lossOf);
    expect(readAt(1)).toMatchObject({ step: 1, rows: [{ text: '3.00' }, { text: '0' }] });
    expect(readAt(99)).toMatchObject({ step: 3, rows: [{ text: '✕ diverged' }, { text: '0.500' }] });
    expect(readLines([], lossOf)(5)).toBeNull();
  });
});

describe('band figures', () => {
  const record = recordOf(['none'], { steps: 15_000, probeEvery: 100 });
  addProbes(record, 0, [
    { loss: [0.61, 1.22], difference: [1, 2] },
    { loss: [0.5, 9], difference: [1, 2] },
    { loss: [0.5, 1], difference: [1, 2] },
  ]);
  const bands = bandsOf(shownIn(record, []), ({ variant }) => variant.landscape.lossAt);

  it('are read as the two edges', () => {
    expect(readBands(bands)(4)).toMatchObject({
      step: 0,
      rows: [{ text: '0.610 – 1.22', values: [0.61, 1.22] }],
    });
    expect(readBands(bands)(-1)).toBeNull();
  });

  it('keep peaks side by side and calm them overlaid, with every probe as a trace', () => {
    expect(sharpBand(bands[0]!).edges.high).toEqual([1.22, 9, 1]);
    const calm = calmBand(bands[0]!);
    expect(calm.edges.high).toEqual([1.22, 1.22, 1.22]);
    expect(calm.trace?.high).toEqual([1.22, 9, 1]);
    expect(bandLabel(bands[0]!, calm)).toMatchObject([{ step: 20, value: 1.22 }]);
  });
});
