import { describe, expect, it } from 'vitest';
import { recordFromJson, recordToJson } from '../../record/json.ts';
import { formatTick } from '../format.ts';
import { axisAround, extentOf } from './axis.ts';
import { bandMarks, bandsOf, readBands, sharpBand } from './bandData.ts';
import { curveData } from './curveData.ts';
import { distanceMarks, distanceNote, distancePanels, distanceScale, distanceValues } from './distances.ts';
import { flatnessColumn, levelBounds, levelPaths, lossPlanes } from './flatness.ts';
import { edgeNote, landscapeReading } from './readings.ts';
import { shownIn } from './shown.ts';
import { extremeRecord } from './testExtreme.ts';

/** As a file would bring it. */
function opened(seeds: number) {
  const reading = recordFromJson(recordToJson(extremeRecord(seeds)));
  if (!reading.ok) throw new Error(reading.message);
  return shownIn(reading.record, []);
}

describe.each([1, 3])('values from 1e-2 to 1e17 and Inf, %i seeds', (seeds) => {
  const shown = opened(seeds);
  const bands = bandsOf(shown, ({ variant }) => variant.landscape.lossAt);

  it('have one logarithmic axis with few round ticks', () => {
    const extent = extentOf(
      bands.flatMap(({ band }) => [band.low, band.high]),
      'log',
    )!;
    expect(extent[0]).toBeLessThan(0.1);
    expect(extent[1]).toBeGreaterThan(1e17);
    const { domain, ticks } = axisAround(...extent, 'log');
    expect(domain[0]).toBeLessThanOrEqual(extent[0]);
    expect(domain[1]).toBeGreaterThanOrEqual(extent[1]);
    expect(ticks.map(formatTick)).toEqual(['1', '1,000', '10⁶', '10⁹', '10¹²', '10¹⁵']);
  });

  it('leave no edge without a height: it is marked at the top, and said in words', () => {
    const marks = bands.flatMap((one) => bandMarks(one, 'log'));
    expect(marks.map(({ identity, step, edge }) => [identity.id, step, edge])).toEqual(
      [190, 200].map((step) => ['none', step, 'top']),
    );
    expect(edgeNote(marks)).toMatch(/^△ at the upper edge: not finite, Standard at steps 190, 200\.$/);
    expect(sharpBand(bands[0]!).edges.low.every(Number.isFinite)).toBe(true);
    expect(readBands(bands)(190)!.rows[0]!.text).toMatch(/ – ∞$/);
    expect(landscapeReading(shown)).toMatch(
      /^At the median, Standard’s band is .+ times as wide as BatchNorm’s\.$/,
    );
  });

  it('are marked by the step size at which the gradient is infinite', () => {
    const panels = distancePanels(shown);
    const scale = distanceScale(shown[0]!.experiment);
    expect(scale).toBe('log');
    expect(distanceNote(panels.flatMap((panel) => distanceMarks(panel, scale)))).toBe(
      '△ at the upper edge: not finite (Inf) at η′ = 1.00\u2009×\u200910⁻⁵ and 3.00\u2009×\u200910⁻⁵.',
    );
    const { domain } = axisAround(...extentOf(distanceValues(panels), scale)!, scale);
    expect(domain.every(Number.isFinite)).toBe(true);
  });

  it('are hatched on the map and marked on the line around the end point', () => {
    const { marks } = curveData(shown, flatnessColumn, 'log');
    expect(marks).toMatchObject([{ identity: { id: 'none' }, step: 1, edge: 'top' }]);
    const planes = lossPlanes(shown);
    const bounds = levelBounds(planes, 'log');
    expect(bounds.every(Number.isFinite)).toBe(true);
    for (const { values, single } of planes.slice(0, 1))
      for (const each of [values, ...single.map((seed) => seed.values)])
        expect(levelPaths({ values: each }, bounds).notFinite).not.toBe('');
    expect(planes.map(({ single }) => single.length)).toEqual(seeds === 1 ? [0, 0] : [3, 3]);
  });
});

it('networks that are both infinite are not divided by one another', () => {
  const record = extremeRecord(1);
  for (const { landscape } of record.variants)
    for (const row of landscape.lossAt) row.fill(Number.POSITIVE_INFINITY, 1);
  expect(landscapeReading(shownIn(record, []))).toBe(
    'At the median, neither Standard’s band nor BatchNorm’s has a finite width.',
  );
});
