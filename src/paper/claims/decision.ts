/** From one reading a seed to a verdict: the median over the seeds, its interval, and where both lie. */
import { type Interval, medianInterval } from '../bootstrap.ts';
import type { Outcome, Unit, Verdict, Words } from './claim.ts';
import { amount, isRead, type Missing, type Reading } from './reading.ts';

/** The number that decides, and the range in which a run agrees; its bounds are not part of it. */
export interface Criterion {
  words: string;
  unit: Unit;
  above?: number;
  below?: number;
  /** Shown even of one seed, because no other finding holds it. */
  isShown?: boolean;
}

export interface Decision {
  criterion: Criterion;
  verdict: Exclude<Verdict, 'elsewhere'>;
  /** Null where nothing could be read. */
  interval: Interval | null;
  seeds: number;
  why: Words[];
}

const isWithin = (value: number, { above, below }: Criterion): boolean =>
  (above === undefined || value > above) && (below === undefined || value < below);

const isBeyond = ({ low, high }: Interval, { above, below }: Criterion): boolean =>
  (above !== undefined && high <= above) || (below !== undefined && low >= below);

function verdictOf(interval: Interval, criterion: Criterion): Decision['verdict'] {
  if (isWithin(interval.low, criterion) && isWithin(interval.high, criterion)) return 'agrees';
  return isBeyond(interval, criterion) ? 'disagrees' : 'open';
}

/** A seed that still waits keeps the others waiting; one that will never be read is left out. */
export function decide(readings: readonly Reading[], criterion: Criterion): Decision {
  const absent = readings.filter((reading): reading is Missing => !isRead(reading));
  const values = readings.filter(isRead);
  const blocking = absent.find(({ isWaiting }) => isWaiting) ?? (values.length === 0 ? absent[0] : null);
  if (blocking) return { criterion, verdict: 'open', interval: null, seeds: 0, why: [blocking.why] };
  const interval = medianInterval(values);
  const verdict = verdictOf(interval, criterion);
  const why = [
    ...(verdict === 'open'
      ? [['The 95% interval over the seeds reaches across the threshold: add seeds.']]
      : []),
    ...(absent.length > 0
      ? [[`Over ${values.length} of ${readings.length} seeds. `, ...absent[0]!.why]]
      : []),
  ];
  return { criterion, verdict, interval, seeds: values.length, why };
}

/** “Standard ÷ BatchNorm: 3.1×, 95% interval 2.4× to 3.9× over 5 seeds” */
function estimateWords({ interval, seeds, criterion }: Decision): Words[] {
  const { words, unit, isShown = false } = criterion;
  if (!interval || (seeds === 1 && !isShown)) return [];
  const { estimate, low, high } = interval;
  const first = [`${words}: `, amount(estimate, unit)];
  if (seeds === 1) return [first];
  return [
    [...first, ', 95% interval ', amount(low, unit), ' to ', amount(high, unit), ` over ${seeds} seeds`],
  ];
}

/**
 * All of the decisions must agree; one that disagrees settles it. Without any reading only what is missing is said.
 * `notes` say what the verdict does not.
 */
export function outcomeOf(
  decisions: readonly Decision[],
  findings: readonly Words[],
  notes: readonly Words[] = [],
): Outcome {
  const withVerdict = (verdict: Verdict): Decision | undefined =>
    decisions.find((one) => one.verdict === verdict);
  const { verdict, why } = withVerdict('disagrees') ?? withVerdict('open') ?? decisions[0]!;
  const read = decisions.filter(({ interval }) => interval !== null);
  if (read.length === 0) return undecided(...(why[0] ?? []));
  return {
    verdict,
    findings: [
      ...decisions.filter(({ criterion }) => criterion.isShown).flatMap(estimateWords),
      ...findings,
      ...decisions.filter(({ criterion }) => !criterion.isShown).flatMap(estimateWords),
    ],
    notes: [...why, ...notes],
    seeds: Math.min(...read.map(({ seeds }) => seeds)),
  };
}

/** Open, whatever else the run holds. */
export const undecided = (...why: Words): Outcome => ({
  verdict: 'open',
  findings: [],
  notes: [why],
  seeds: 0,
});
