import { describe, expect, it } from 'vitest';
import { PRESETS, presetExperiment } from '../../experiment/presets.ts';
import type { RunRecord } from '../../record/record.ts';
import { predictivenessReading } from '../series/readings.ts';
import { addProbes, recordOf } from '../series/records.ts';
import { shownIn } from '../series/shown.ts';
import { bandWidth, beta, compare, comparePredictiveness, fineBeta } from './measures.ts';
import { LECTURE_PAGES } from './pages/index.ts';
import { indexFrom } from './useLecture.ts';

/** Three probes of Standard and BatchNorm; BatchNorm's numbers are `share` of Standard's, but for β close by. */
function recordWith(share: number): RunRecord {
  const record = recordOf(['none', 'batch']);
  for (const [variant, scale] of [1, share].entries())
    addProbes(
      record,
      variant,
      Array.from({ length: 3 }, () => ({
        loss: [2, 2 + 4 * scale],
        difference: [scale, 3 * scale],
        beta: 20 * scale,
        fineBeta: 100 / scale,
      })),
    );
  return record;
}

const TWO = ['none', 'batch'] as const;

describe('what a page of the lecture finds', () => {
  it('is which of more, about the same and less the second network’s number is', () => {
    const words = (ratio: number): string => ratio.toFixed(2);
    expect(compare(recordWith(0.25), TWO, bandWidth, words)).toEqual({
      option: 2,
      number: '4.0×',
      words: '0.25',
    });
    expect(compare(recordWith(20), TWO, bandWidth, words)).toEqual({
      option: 0,
      number: '20×',
      words: '20.00',
    });
    expect(compare(recordWith(1.05), TWO, beta, words)).toEqual({
      option: 1,
      number: '1.05×',
      words: '1.05',
    });
    expect(
      compare(recordWith(0.5), TWO, fineBeta, words)?.option,
      'β close by may order them otherwise',
    ).toBe(0);
  });

  it('is for predictiveness the median of the probes’ ratios, as in the figure’s reading', () => {
    const record = recordOf(['none', 'batch']);
    const rows = (edges: number[]) =>
      edges.map((edge) => ({ loss: [1, 1] as [number, number], difference: [0, edge] as [number, number] }));
    // The medians are 8 and 2, four times apart; probe by probe it is 2, 3, 16, 3 and 1/2 times.
    addProbes(record, 0, rows([2, 6, 16, 24, 8]));
    addProbes(record, 1, rows([1, 2, 1, 8, 16]));
    expect(comparePredictiveness(record)).toMatchObject({ option: 2, number: '3.0×' });
    expect(predictivenessReading(shownIn(record, []))).toContain(
      'Standard’s gradient moves 3.0 times as far as BatchNorm’s at the median',
    );
    const turned = recordOf(['none', 'batch']);
    addProbes(turned, 0, rows([1, 2, 1, 8, 16]));
    addProbes(turned, 1, rows([2, 6, 16, 24, 8]));
    expect(comparePredictiveness(turned)).toMatchObject({ option: 0, number: '3.0×' });
  });

  it('is nothing where the run does not have it', () => {
    expect(compare(null, TWO, beta, String)).toBeNull();
    expect(comparePredictiveness(null)).toBeNull();
    expect(comparePredictiveness(recordOf(['none', 'l1']))).toBeNull();
    expect(compare(recordWith(1), ['none', 'l1'], beta, String)).toBeNull();
  });
});

describe('the pages', () => {
  it('each train what they draw', () => {
    for (const { title, known, predicted, preset, layers } of LECTURE_PAGES) {
      expect(
        PRESETS.map(({ id }) => id),
        title,
      ).toContain(preset);
      const experiment = presetExperiment(preset, 'lab');
      for (const id of [...known, ...predicted]) expect(experiment.variants, title).toContain(id);
      if (layers) expect(experiment[layers], title).not.toEqual([]);
    }
  });

  it('answer without a run only where they compute by themselves', () => {
    const answered = LECTURE_PAGES.filter(({ answer }) => answer(null) !== null);
    expect(answered.map(({ known }) => known)).toEqual([[]]);
  });

  it('are named by links from 1; anything else is the first or the last', () => {
    expect(['3', '', 'x', '0', '99', '-1', '1e1'].map(indexFrom)).toEqual([
      2,
      0,
      0,
      0,
      LECTURE_PAGES.length - 1,
      0,
      0,
    ]);
  });
});
