/**
 * The page's numbers, from derivatives written out by hand, against PyTorch's automatic ones of the same networks:
 * oracle/fixtures/theory.json, which `python3 oracle/theory.py` writes.
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { dot } from './columns.ts';
import { checkCurvature } from './curvatureTheorem.ts';
import { checkGradients } from './gradientTheorem.ts';
import { normalColumns, normals } from './random.ts';
import { checkSameMinima } from './sameMinima.ts';
import { AFFINE_KINDS, DOWNSTREAM_KINDS, defaultTheorySetup } from './setup.ts';
import { checkStartingPoint } from './startingPoint.ts';
import { buildNetworks, type TwoNetworks } from './twoNetworks.ts';
import { checkWorstCase } from './worstCase.ts';

/** Relative; the worst found is 1.7e-13. */
const TOLERANCE = 1e-11;
/** Slopes and losses at the optimum are 0 but for rounding. */
const ROUNDING = 1e-14;

const fixtureSchema = v.object({
  cases: v.array(
    v.looseObject({
      setup: v.object({
        samples: v.number(),
        units: v.number(),
        downstream: v.picklist(DOWNSTREAM_KINDS),
        affine: v.picklist(AFFINE_KINDS),
        gamma: v.number(),
        scale: v.number(),
        distance: v.number(),
        seed: v.number(),
      }),
    }),
  ),
});

const { cases } = v.parse(
  fixtureSchema,
  JSON.parse(readFileSync(new URL('../../../oracle/fixtures/theory.json', import.meta.url), 'utf8')),
);

function curvatureRows(networks: TwoNetworks) {
  const { setup, normalised } = networks;
  const directions = normalColumns(normals(setup.seed, 'direction'), setup.units, setup.samples);
  return checkCurvature(networks).map((row, j) => {
    const alongDirection = dot(directions[j]!, normalised.hessianTimes(j, directions[j]!));
    return { ...row, alongDirection, closedFormAlongDirection: alongDirection };
  });
}

/** Under the fixture's names. */
function ours(networks: TwoNetworks): Record<string, unknown> {
  return {
    setup: networks.setup,
    inputs: networks.inputs[0],
    weights: networks.weights[0],
    plainLoss: networks.plain.loss,
    loss: networks.normalised.loss,
    gradients: checkGradients(networks),
    curvature: curvatureRows(networks),
    sameMinima: checkSameMinima(networks),
    worstCase: checkWorstCase(networks),
    startingPoint: checkStartingPoint(networks),
  };
}

/** The place of every number that PyTorch gives, with both values; a number that the page lacks is NaN. */
function* pairs(theirs: unknown, own: unknown, place: string): Generator<[string, number, number]> {
  if (typeof theirs === 'number') yield [place, theirs, typeof own === 'number' ? own : Number.NaN];
  else if (typeof theirs === 'object' && theirs !== null)
    for (const [key, value] of Object.entries(theirs))
      yield* pairs(value, (own as Record<string, unknown> | undefined)?.[key], `${place}.${key}`);
}

describe.each(cases)('the statements in PyTorch: $setup.downstream, seed $setup.seed', (theirs) => {
  const all = [...pairs(theirs, ours(buildNetworks(theirs.setup)), '')];

  it('are those of the page, number by number', () => {
    expect(all.length).toBeGreaterThan(200);
    const apart = all.filter(
      ([, expected, found]) => !(Math.abs(found - expected) <= TOLERANCE * Math.abs(expected) + ROUNDING),
    );
    expect(apart).toEqual([]);
  });
});

it('the statements in PyTorch include the network that the page opens with', () => {
  expect(cases[0]?.setup).toEqual(defaultTheorySetup());
  expect(new Set(cases.map(({ setup }) => setup.downstream)).size).toBe(DOWNSTREAM_KINDS.length);
});
