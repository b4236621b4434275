import { describe, expect, it } from 'vitest';
import { addMeasured } from '../../record/build.ts';
import type { RunRecord } from '../../record/record.ts';
import { bandMarks, bandsOf } from './bandData.ts';
import {
  covariateShiftCosineReading,
  covariateShiftReading,
  edgeNote,
  landscapeReading,
  predictivenessReading,
  smoothnessReading,
  testAccuracyReading,
  trainingAccuracyReading,
  trainingLossReading,
} from './readings.ts';
import { addProbes, addTraining, recordOf } from './records.ts';
import { shownIn } from './shown.ts';

const shown = (record: RunRecord) => shownIn(record, []);

const probe = (low: number, high: number, beta = 1, fineBeta = 1) => ({
  loss: [low, high] as [number, number],
  difference: [low, high] as [number, number],
  beta,
  fineBeta,
});

describe('readings', () => {
  it('compare the median widths of two bands', () => {
    const record = recordOf(['none', 'batch']);
    addProbes(record, 0, [probe(1, 3), probe(1, 5), probe(1, 9)]);
    addProbes(record, 1, [probe(1, 2), probe(1, 2), probe(1, 2)]);
    expect(landscapeReading(shown(record))).toBe(
      'At the median, Standard’s band is 4.0 times as wide as BatchNorm’s.',
    );
  });

  it('turn round when the other band is wider, and say nothing before three probes', () => {
    const record = recordOf(['none', 'batch']);
    addProbes(record, 0, [probe(1, 1.5), probe(1, 1.5)]);
    expect(landscapeReading(shown(record))).toBeNull();
    addProbes(record, 0, [probe(1, 1.5)]);
    addProbes(record, 1, [probe(1, 2), probe(1, 2), probe(1, 2)]);
    expect(landscapeReading(shown(record))).toBe(
      'At the median, BatchNorm’s band is 2.0 times as wide as Standard’s.',
    );
  });

  it('do not invent a ratio where a band is open', () => {
    const record = recordOf(['none', 'batch']);
    addProbes(
      record,
      0,
      Array.from({ length: 3 }, () => probe(1, Number.POSITIVE_INFINITY)),
    );
    addProbes(
      record,
      1,
      Array.from({ length: 3 }, () => probe(1, 2)),
    );
    expect(landscapeReading(shown(record))).toBe(
      'At the median, Standard’s band has no finite width; BatchNorm’s is 1.00 wide.',
    );
  });

  it('compare upper edges step by step', () => {
    const record = recordOf(['none', 'batch']);
    addProbes(record, 0, [probe(1, 2), probe(1, 6), probe(1, 78)]);
    addProbes(record, 1, [probe(1, 1), probe(1, 2), probe(1, 1)]);
    expect(predictivenessReading(shown(record))).toBe(
      'Standard’s gradient moves 3.0 times as far as BatchNorm’s at the median, 78 times at the peak.',
    );
  });

  it('say where β saturates, and otherwise which network is smoothest over both grids', () => {
    const record = recordOf(['none', 'batch']);
    const rest = Array.from({ length: 3 }, () => probe(1, 2, 20));
    addProbes(record, 0, rest);
    addProbes(record, 1, rest);
    expect(smoothnessReading(shown(record))).toContain('rest at 20.0');
    const other = recordOf(['none', 'batch']);
    addProbes(
      other,
      0,
      Array.from({ length: 3 }, () => probe(1, 2, 40, 5)),
    );
    addProbes(
      other,
      1,
      Array.from({ length: 3 }, () => probe(1, 2, 10, 50)),
    );
    expect(smoothnessReading(shown(other))).toBe(
      'The median is lowest for BatchNorm (10.0); over the fine steps for Standard (5.00).',
    );
  });

  it('name the steps at which a training accuracy is reached', () => {
    const record = recordOf(['none', 'batch']);
    const rising = (from: number): number[] => Array.from({ length: 40 }, (_, i) => (i < from ? 0.2 : 0.85));
    addTraining(record, 0, rising(20), rising(20));
    addTraining(record, 1, rising(10), rising(10));
    expect(trainingAccuracyReading(shown(record))).toBe(
      'BatchNorm reaches 80% at step 10 and Standard at 20.',
    );
  });

  it('take the running median of the training loss, because single minibatches scatter', () => {
    const record = recordOf(['none']);
    const loss = Array.from({ length: 30 }, (_, i) => (i === 29 ? 9 : 0.5));
    addTraining(record, 0, loss, loss);
    expect(trainingLossReading(shown(record))).toBe('At step 29: Standard 0.500.');
  });

  it('order the ends, and shorten long lists to the first and the last', () => {
    const record = recordOf(['none', 'none@0.5', 'batch', 'l1']);
    for (const [variant, accuracy] of [0.8, 0.1, 0.829, 0.82].entries())
      addMeasured(record, { kind: 'test', variant, step: 300, loss: 1, accuracy });
    expect(testAccuracyReading(shown(record))).toBe(
      'At step 300: from BatchNorm 82.9% to Standard η 0.5 10.0%.',
    );
  });

  it('tell whose gradient shifts more', () => {
    const record = recordOf(['none', 'batch']);
    for (const [variant, l2] of [0.73, 0.87].entries())
      for (const step of [0, 10, 20])
        addMeasured(record, { kind: 'ics', variant, step, layers: [{ layer: 3, l2, cosine: l2 / 2 }] });
    expect(covariateShiftReading(shown(record), 0)).toBe(
      'In layer 3 BatchNorm’s gradient moves more than Standard’s (median 0.870 against 0.730).',
    );
    expect(covariateShiftCosineReading(shown(record), 0)).toBe(
      'At the median: BatchNorm 0.435 and Standard 0.365.',
    );
  });
});

describe('what has no height', () => {
  it('is named with its network and its steps', () => {
    const record = recordOf(['none', 'batch']);
    addProbes(record, 0, [probe(1, 2), probe(1, Number.NaN), probe(1, 2)]);
    addProbes(record, 1, [probe(0, 2), probe(1, 2), probe(0, 2)]);
    const bands = bandsOf(shown(record), ({ variant }) => variant.landscape.lossAt);
    const marks = bands.flatMap((one) => bandMarks(one, 'log'));
    expect(edgeNote(marks)).toBe(
      '△ at the upper edge: not finite, Standard at step 10. ▽ at the lower edge: 0 or less, which has no place on a log scale, BatchNorm at steps 0, 20.',
    );
    expect(edgeNote(bands.flatMap((one) => bandMarks(one, 'linear')))).not.toContain('▽');
  });
});
