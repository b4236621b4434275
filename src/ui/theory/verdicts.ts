/** Does each statement hold, as proved and as printed? Decided by the numbers alone. */
import type { CurvatureRow } from '../../paper/theory/curvatureTheorem.ts';
import { isRounding } from '../../paper/theory/deviation.ts';
import type { GradientRow } from '../../paper/theory/gradientTheorem.ts';
import type { SameMinima } from '../../paper/theory/sameMinima.ts';
import type { StartingPoint } from '../../paper/theory/startingPoint.ts';
import type { WorstCase } from '../../paper/theory/worstCase.ts';
import { formatDeviation, formatFixed } from './numbers.ts';

export type Outcome = 'agrees' | 'disagrees' | 'in-part';

export interface Verdict {
  say: string;
  outcome: Outcome;
  numbers: string;
}

const unitCount = (count: number, all: number): string => `**${count} of ${all}** units`;

/** An equality: every unit must keep to it. */
function equality(say: string, deviations: readonly number[], where = ''): Verdict {
  const good = deviations.filter(isRounding).length;
  const largest = formatDeviation(Math.max(0, ...deviations));
  return {
    say,
    outcome: good === deviations.length ? 'agrees' : 'disagrees',
    numbers: `${unitCount(good, deviations.length)}${where}; largest deviation **${largest}**`,
  };
}

/** An inequality of the printed paper: one unit that breaks it is enough. */
function printed(say: string, holds: readonly boolean[], rightSides: readonly number[]): Verdict {
  const failures = holds.filter((one) => !one).length;
  const negative = rightSides.filter((side) => side < 0).length;
  const also = negative > 0 ? `; its right side is negative in **${negative}**` : '';
  return {
    say,
    outcome: failures === 0 ? 'agrees' : 'disagrees',
    numbers: `fails in ${unitCount(failures, holds.length)}${also}`,
  };
}

export function gradientVerdicts(rows: readonly GradientRow[]): Verdict[] {
  return [
    equality(
      'As proved (eqs. 6–8): equal, with 1/_m_.',
      rows.map(({ deviation }) => deviation),
    ),
    printed(
      'As printed: at most, with 1/√_m_.',
      rows.map(({ isPrintedTrue }) => isPrintedTrue),
      rows.map((row) => row.printed),
    ),
  ];
}

export function curvatureVerdicts(rows: readonly CurvatureRow[]): Verdict[] {
  const bounded = rows.filter(({ isBoundTrue }) => isBoundTrue).length;
  return [
    equality(
      'As proved (eq. 50): equal, where ≤ is printed.',
      rows.map(({ deviation }) => deviation),
    ),
    equality(
      'The whole second derivative (eqs. 41, 42), in a random direction.',
      rows.map(({ hessianDeviation }) => hessianDeviation),
    ),
    {
      say: 'Second form: at most, if _H~jj_ keeps the gradients’ relative lengths.',
      outcome: bounded === rows.length ? 'agrees' : 'in-part',
      numbers: `true in ${unitCount(bounded, rows.length)}; nothing makes _H~jj_ do so`,
    },
  ];
}

export function sameMinimaVerdicts({ rows, loss, plainLoss, slope, plainSlope }: SameMinima): Verdict[] {
  const lossDeviation = Math.abs(loss - plainLoss) / (1 + Math.abs(plainLoss));
  return [
    equality(
      'The layer’s output comes back.',
      rows.map(({ deviation }) => deviation),
    ),
    {
      say: 'So does the loss.',
      outcome: isRounding(lossDeviation) ? 'agrees' : 'disagrees',
      numbers: `**${formatFixed(plainLoss, 5)}** without BatchNorm, **${formatFixed(loss, 5)}** with it`,
    },
    {
      say: 'A minimum of one network is one of the other.',
      outcome: Math.max(slope, plainSlope) < 1e-9 ? 'agrees' : 'disagrees',
      numbers: `slope by all weights at _W_*: **${formatDeviation(plainSlope)}** without, **${formatDeviation(slope)}** with`,
    },
  ];
}

export function worstCaseVerdicts({ rows }: WorstCase): Verdict[] {
  return [
    equality(
      'Corrected (from eqs. 15–18): equal, as a worst case.',
      rows.map(({ deviation }) => deviation),
    ),
    printed(
      'As printed: with _g~j_², without _λ_² at the mean and 1/_m_ at _ŷ_.',
      rows.map(({ isPrintedTrue }) => isPrintedTrue),
      rows.map((row) => row.printed),
    ),
    printed(
      'The same with _g~j_ in place of _g~j_².',
      rows.map(({ isPrintedOnceTrue }) => isPrintedOnceTrue),
      rows.map(({ printedOnce }) => printedOnce),
    ),
  ];
}

export function startingPointVerdicts({ whole, units, factors, losses }: StartingPoint): Verdict[] {
  const meeting = [whole, ...units].filter(({ cosine }) => cosine > 0);
  const fine = units.filter(({ cosine }) => cosine > 0).length;
  const spread = Math.max(...losses) - Math.min(...losses);
  const good = meeting.every(({ deviation }) => isRounding(deviation));
  const largest = formatDeviation(Math.max(0, ...meeting.map(({ deviation }) => deviation)));
  return [
    {
      say: 'The nearest point of the ray lies where the lemma says.',
      outcome: good ? 'agrees' : 'disagrees',
      numbers: `found by search in ${unitCount(fine, units.length)}; largest deviation **${largest}**`,
    },
    {
      say: 'Its condition, ⟨_W_₀, _W_*⟩ > 0.',
      outcome: fine === units.length && whole.cosine > 0 ? 'agrees' : 'in-part',
      numbers: `${whole.cosine > 0 ? 'holds' : 'fails'} for all weights at once; holds in ${unitCount(fine, units.length)}`,
    },
    {
      say: 'Scaling _W_* changes no loss with BatchNorm.',
      outcome: spread < 1e-10 * (1 + Math.max(...losses)) ? 'agrees' : 'disagrees',
      numbers: `at ${factors[0]} to ${factors.at(-1)} times _W_* it differs by **${formatDeviation(spread)}**`,
    },
  ];
}
