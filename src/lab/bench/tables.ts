/** The bench's result as tables, for Markdown and for the page; what is not known yet has none. */
import { COMPETITOR_LABELS, COMPETITORS } from './competitor.ts';
import type { ProductPath } from './productPath.ts';
import type { BenchResult, CompetitorResult } from './result.ts';

const NOT_MEASURED = 'not measured';

export interface BenchTable {
  id: 'steps' | 'yardsticks' | 'kernels' | 'calibration' | 'growth';
  title: string;
  heading: string[];
  /** As long as the heading; the first cell names the row, the others are numbers. */
  rows: string[][];
  /** Sentences under the table. */
  notes: string[];
}

/** Three significant digits, without exponents. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const decimals = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;

/** Every table that there are numbers for. */
export function benchTables(result: Partial<BenchResult>): BenchTable[] {
  const tables = [
    stepTable(result),
    yardstickTable(result),
    kernelTable(result),
    calibrationTable(result),
    growthTable(result),
  ];
  return tables.filter((table) => table !== null);
}

/** What was timed, on what: two sentences; null before it is known. */
export function benchTask(result: Partial<BenchResult>): string[] | null {
  const { adapter, software, subgroups, network, batchSize, parameters, flopsPerStep } = result;
  if (parameters === undefined || flopsPerStep === undefined) return null;
  return [
    `One SGD step of ${network} with BatchNorm in every block: 32x32x1 inputs, minibatches of ${batchSize}, ${parameters.toLocaleString('en-US')} parameters, ${digits(flopsPerStep / 1e9)} GFLOP.`,
    `Adapter: ${adapter}${software ? ' (software)' : ''}; our kernels ${subgroups ? 'use' : 'do without'} subgroups.`,
  ];
}

function stepTable(result: Partial<BenchResult>): BenchTable | null {
  const { competitors, rounds, lossDifference, failures = [], productPath } = result;
  if (!competitors) return null;
  const ours = competitors[0]!.stepMs;
  const row = ({ id, stepMs, javascriptMs, dispatches, submissions, losses }: CompetitorResult): string[] => [
    COMPETITOR_LABELS[id],
    digits(stepMs),
    digits(stepMs / ours),
    digits(javascriptMs),
    String(dispatches),
    String(submissions),
    losses.map((loss) => loss.toFixed(5)).join(' '),
  ];
  const heading = ['library', 'ms a step', 'x ours', 'JavaScript ms', 'dispatches', 'submissions'];
  return {
    id: 'steps',
    title: 'One training step',
    heading: [...heading, 'first losses'],
    rows: competitors.map(row),
    notes: [
      `Medians of ${rounds} interleaved rounds.${competitors.length > 1 ? ` The first losses differ by at most ${lossDifference?.toExponential(1)}, relatively.` : ''}`,
      ...failures.map(({ id, message }) => `${COMPETITOR_LABELS[id]} does not run here: ${message}`),
      ...(productPath ? [labNote(productPath)] : []),
    ],
  };
}

function labNote({ javascriptMs, threadMs, dispatches, stepMs }: ProductPath): string {
  const processor = threadMs === null ? '' : `${digits(threadMs)} ms of the processor on its thread, `;
  return `In the lab, with minibatches, lockstep, checkpoints, messages and the record: ${processor}${digits(javascriptMs)} ms of JavaScript by the clock, ${digits(dispatches)} dispatches and ${digits(stepMs)} ms a step of 28x28 images.`;
}

function yardstickTable({
  achievedGflops,
  matmul,
  probeCosts = [],
  layersCosts = [],
}: Partial<BenchResult>): BenchTable | null {
  if (!matmul || achievedGflops === undefined) return null;
  const share = percent(achievedGflops / matmul.gflops);
  return {
    id: 'yardsticks',
    title: 'The device’s own speed',
    heading: [`matrix product, ${matmul.size}x${matmul.size}`, 'GFLOP/s'],
    rows: matmul.kernels.map(({ name, gflops }) => [name, digits(gflops)]),
    notes: [
      `Our whole step: ${digits(achievedGflops)} GFLOP/s, ${share} of the fastest matrix product.`,
      ...probeCosts.map(
        ({ points, gradients }) =>
          `A probe of ${points} points costs ${digits(gradients)} gradient evaluations.`,
      ),
      ...layersCosts.map(
        ({ of, layers, gradients }) =>
          `Of ${layers} layers, ${of}: ${digits(gradients)} gradient evaluations.`,
      ),
    ],
  };
}

function kernelTable({ kernels, matmul, competitors }: Partial<BenchResult>): BenchTable | null {
  if (!competitors || !matmul || !kernels) return null;
  const total = kernels.reduce((sum, { ms }) => sum + ms, 0);
  return {
    id: 'kernels',
    title: 'Where our step spends its time',
    heading: ['kernels of our step', 'dispatches', 'ms', 'share', 'GFLOP/s', 'of the matrix product'],
    rows: kernels.map(({ kind, dispatches, ms, gflops }) => [
      kind,
      digits(dispatches),
      digits(ms),
      percent(ms / total),
      gflops === null ? '' : digits(gflops),
      gflops === null ? '' : percent(gflops / matmul.gflops),
    ]),
    notes: [],
  };
}

function calibrationTable({ calibration }: Partial<BenchResult>): BenchTable | null {
  if (!calibration || calibration.length === 0) return null;
  return {
    id: 'calibration',
    title: 'Tiles chosen here',
    heading: ['tile chosen', 'candidates', 'ms', 'GFLOP/s', 'faster than the likely one'],
    rows: calibration.map(({ candidates, chosen, flops }) => {
      const [likely, taken] = [candidates[0]!, candidates[chosen]!];
      const [likelyMs, ms] = [likely.ms ?? Number.NaN, taken.ms ?? Number.NaN];
      return [
        taken.name,
        String(candidates.length),
        digits(ms),
        digits(flops / ms / 1e6),
        digits(likelyMs / ms),
      ];
    }),
    notes: [],
  };
}

function growthTable({ growth }: Partial<BenchResult>): BenchTable | null {
  if (!growth) return null;
  return {
    id: 'growth',
    title: 'How the cost grows',
    heading: [
      ...['widths, minibatch', 'GFLOP', ...COMPETITORS.map((id) => `${COMPETITOR_LABELS[id]}, ms`)],
      'our longest dispatch, ms',
    ],
    rows: growth.map(({ widthFactor, batchSize, flopsPerStep, stepMs, longestDispatchMs }) => [
      `x${widthFactor}, ${batchSize}`,
      digits(flopsPerStep / 1e9),
      ...COMPETITORS.map((id) => (stepMs[id] == null ? NOT_MEASURED : digits(stepMs[id]))),
      longestDispatchMs === null ? NOT_MEASURED : digits(longestDispatchMs),
    ]),
    notes: ['Ours with the likely tiles, not with measured ones.'],
  };
}
