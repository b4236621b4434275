/** The bench's result for people, as Markdown, and for programs, as one line of JSON. */
import { COMPETITOR_LABELS, COMPETITORS, type CompetitorId } from './competitor.ts';
import type { GrowthCell } from './growth.ts';
import type { BenchResult, CompetitorResult } from './result.ts';

const NOT_MEASURED = 'not measured';

/** Cells of a table, the first row its heading; numbers stand at the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...body] = rows;
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]!.length), 3));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(heading), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

/** Three significant digits, without exponents. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const decimals = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(decimals, 6));
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Null where a library does not run here. */
function stepMsOf({ competitors }: BenchResult, id: CompetitorId): number | null {
  const found = competitors.find((competitor) => competitor.id === id);
  return found ? rounded(found.stepMs) : null;
}

/** The JSON that `npm run bench -- --json` ends with. */
export function benchJson(result: BenchResult): string {
  const [ours] = result.competitors;
  return JSON.stringify({
    step: Object.fromEntries(COMPETITORS.map((id) => [id, stepMsOf(result, id)])),
    jsPerStepMs: rounded(ours!.javascriptMs),
    dispatchesPerStep: ours!.dispatches,
    probeCost: rounded(result.probeCost),
    matmulPeakGflops: rounded(result.matmul.gflops),
    achievedGflops: rounded(result.achievedGflops),
  });
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Everything, in tables under short headings. */
export function benchMarkdown(result: BenchResult): string {
  const { kernels, matmul, calibration, growth } = result;
  return [
    introduction(result),
    steps(result),
    yardsticks(result),
    ...(kernels ? [kernelTable(kernels, matmul.gflops)] : []),
    ...(calibration.length > 0 ? [calibrationTable(calibration)] : []),
    ...(growth ? [growthTable(growth)] : []),
  ].join('\n\n');
}

function introduction(result: BenchResult): string {
  const { adapter, software, subgroups, network, batchSize, parameters, flopsPerStep } = result;
  return [
    `One SGD step of ${network} with BatchNorm in every block: 32x32x1 inputs, minibatches of ${batchSize},`,
    `${parameters.toLocaleString('en-US')} parameters, ${digits(flopsPerStep / 1e9)} GFLOP.`,
    `Adapter: ${adapter}${software ? ' (software)' : ''}; our kernels ${subgroups ? 'use' : 'do without'} subgroups.`,
  ].join('\n');
}

function steps(result: BenchResult): string {
  const ours = result.competitors[0]!.stepMs;
  const row = ({ id, stepMs, javascriptMs, dispatches, submissions, losses }: CompetitorResult): string[] => [
    COMPETITOR_LABELS[id],
    digits(stepMs),
    digits(stepMs / ours),
    digits(javascriptMs),
    String(dispatches),
    String(submissions),
    losses.map((loss) => loss.toFixed(5)).join(' '),
  ];
  const heading = [
    'library',
    'ms a step',
    'x ours',
    'JavaScript ms',
    'dispatches',
    'submissions',
    'first losses',
  ];
  return [
    markdownTable([heading, ...result.competitors.map(row)]),
    '',
    `Medians of ${result.rounds} interleaved rounds. The first losses differ by at most ${result.lossDifference.toExponential(1)}, relatively.`,
    ...result.failures.map(({ id, message }) => `${COMPETITOR_LABELS[id]} does not run here: ${message}`),
  ].join('\n');
}

function yardsticks({ achievedGflops, matmul, probeCost }: BenchResult): string {
  const rows = matmul.kernels.map(({ name, gflops }) => [name, digits(gflops)]);
  return [
    markdownTable([[`matrix product, ${matmul.size}x${matmul.size}`, 'GFLOP/s'], ...rows]),
    '',
    `Our whole step: ${digits(achievedGflops)} GFLOP/s, ${percent(achievedGflops / matmul.gflops)} of the fastest matrix product.`,
    `A point of a probe costs ${digits(probeCost)} gradient evaluations.`,
  ].join('\n');
}

function kernelTable(kernels: NonNullable<BenchResult['kernels']>, peak: number): string {
  const total = kernels.reduce((sum, { ms }) => sum + ms, 0);
  const rows = kernels.map(({ kind, dispatches, ms, gflops }) => [
    kind,
    digits(dispatches),
    digits(ms),
    percent(ms / total),
    gflops === null ? '' : digits(gflops),
    gflops === null ? '' : percent(gflops / peak),
  ]);
  const heading = ['kernels of our step', 'dispatches', 'ms', 'share', 'GFLOP/s', 'of the matrix product'];
  return markdownTable([heading, ...rows]);
}

function calibrationTable(sites: BenchResult['calibration']): string {
  const rows = sites.map(({ candidates, chosen, flops }) => {
    const [likely, taken] = [candidates[0]!, candidates[chosen]!];
    const [likelyMs, ms] = [likely.ms ?? Number.NaN, taken.ms ?? Number.NaN];
    return [
      taken.name,
      String(candidates.length),
      digits(ms),
      digits(flops / ms / 1e6),
      digits(likelyMs / ms),
    ];
  });
  const heading = ['tile chosen', 'candidates', 'ms', 'GFLOP/s', 'faster than the likely one'];
  return markdownTable([heading, ...rows]);
}

function growthTable(growth: readonly GrowthCell[]): string {
  const rows = growth.map(({ widthFactor, batchSize, flopsPerStep, stepMs }) => [
    `x${widthFactor}, ${batchSize}`,
    digits(flopsPerStep / 1e9),
    ...COMPETITORS.map((id) => (stepMs[id] == null ? NOT_MEASURED : digits(stepMs[id]))),
  ]);
  const heading = ['widths, minibatch', 'GFLOP', ...COMPETITORS.map((id) => `${COMPETITOR_LABELS[id]}, ms`)];
  return `${markdownTable([heading, ...rows])}\n\nOurs with the likely tiles, not with measured ones.`;
}
