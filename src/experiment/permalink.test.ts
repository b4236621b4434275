import * as fc from 'fast-check';
import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { toBase64Url } from './base64Url.ts';
import type { Experiment } from './experiment.ts';
import { packText } from './packedText.ts';
import { fromFragment, toFragment, toLinkFragment } from './permalink.ts';
import { defaultExperiment } from './settings.ts';
import { setUps } from './testSetUps.ts';

const LONG: Experiment = {
  ...defaultExperiment(),
  network: `vgg:${Array.from({ length: 20 }, (_, i) => 100 + i).join('-')}/${Array(19).fill(4096).join('-')}`,
  variants: [1, 2, 3, 4].flatMap((layer) => [
    `noisy-batch.layer${layer}.stopped`,
    `linf.layer${layer}@0.0123`,
  ]),
};
/** `LONG`, packed when packed links began; links made then must open for ever. */
const PACKED_THEN =
  '#v=1&zip=tdFBDoAgDETRC0lkSsX0_hfzmyAhCksXw4I8StJ5RvArexYxUoiTg1RyEkbnSBJOOB5LOOGEE0444RS756jpt-Pd87DsXtvWqr3vKDrLyrc3m2hb6t7yoMtS-0R70xc';

const lengthsOf = (percent: number, digits: 'three' | 'all'): number[] =>
  fc
    .sample(setUps(percent, digits), { numRuns: 1000, seed: 11604 })
    .map((experiment) => toLinkFragment(experiment).length)
    .sort((a, b) => a - b);

describe('a link to a set-up', () => {
  it('gives the set-up back, readable up to 300 characters, else packed and never longer', () => {
    fc.assert(
      fc.property(fc.oneof(setUps(40, 'three'), setUps(100, 'three'), setUps(100, 'all')), (experiment) => {
        const [readable, link] = [toFragment(experiment), toLinkFragment(experiment)];
        expect(fromFragment(link)).toEqual({ experiment, notices: [], others: {} });
        expect(link.length).toBeLessThanOrEqual(readable.length);
        expect(link === readable).toBe(readable.length <= 300);
      }),
      { numRuns: 1000, seed: 1805 },
    );
  });

  it('has at most 300 characters where numbers have up to three digits, but for a few in which nothing is as by default', () => {
    expect(lengthsOf(60, 'three').at(-1)).toBeLessThanOrEqual(300);
    const allChanged = lengthsOf(100, 'three');
    expect(allChanged[989]).toBeLessThanOrEqual(300);
    expect(allChanged.at(-1)).toBeLessThanOrEqual(330);
  });

  it('has at most 600 where every number has all of its digits', () => {
    expect(lengthsOf(100, 'all').at(-1)).toBeLessThanOrEqual(600);
  });

  it('opens for ever', () => {
    expect(toFragment(LONG).length).toBe(380);
    expect(fromFragment(PACKED_THEN)).toEqual({ experiment: LONG, notices: [], others: {} });
  });

  it('may say beside a packed set-up what is to differ from it', () => {
    const { experiment, others, notices } = fromFragment(`${PACKED_THEN}&steps=7&page=runs`);
    expect(experiment).toEqual({ ...LONG, steps: 7 });
    expect(others).toEqual({ page: 'runs' });
    expect(notices).toEqual([]);
  });

  it('says that a packed set-up is damaged, and does not unpack what would grow without bound', () => {
    const zeros = toBase64Url(deflateSync(new Uint8Array(2_000_000)));
    for (const packed of [
      '',
      '%',
      'AAAA',
      PACKED_THEN.slice(9, -30),
      zeros,
      packText(`zip=${packText('seed=2')}`),
    ]) {
      const { experiment, notices } = fromFragment(`#v=1&zip=${packed}`);
      expect(experiment).toEqual(defaultExperiment());
      expect(notices).toMatchObject([{ kind: 'ignored', key: 'zip' }]);
    }
  });
});
