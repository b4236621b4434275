/** The bench's result for people, as Markdown, and for programs, as one line of JSON. */
import { COMPETITORS, type CompetitorId } from './competitor.ts';
import type { BenchResult } from './result.ts';
import { type BenchTable, benchTables, benchTask } from './tables.ts';

/** Cells of a table, the first row its heading; numbers stand at the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...body] = rows;
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => row[column]!.length), 3));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(heading), `| ${rule.join(' | ')} |`, ...body.map(line)].join('\n');
}

/** Null where a library does not run here. */
function stepMsOf({ competitors }: BenchResult, id: CompetitorId): number | null {
  const found = competitors.find((competitor) => competitor.id === id);
  return found ? rounded(found.stepMs) : null;
}

/**
 * The JSON that `npm run bench -- --json` ends with. JavaScript and dispatches are those of the lab's own loop: the processor's
 * time where it is known, and the time by the clock beside it.
 */
export function benchJson(result: BenchResult): string {
  return JSON.stringify({
    step: Object.fromEntries(COMPETITORS.map((id) => [id, stepMsOf(result, id)])),
    jsPerStepMs: rounded(result.productPath.threadMs ?? result.productPath.javascriptMs),
    jsPerStepWallMs: rounded(result.productPath.javascriptMs),
    dispatchesPerStep: rounded(result.productPath.dispatches),
    probeCost: usualProbeCost(result),
    probeCosts: result.probeCosts.map(({ points, gradients }) => ({ points, gradients: rounded(gradients) })),
    layersCosts: result.layersCosts.map((cost) => ({ ...cost, gradients: rounded(cost.gradients) })),
    matmulPeakGflops: rounded(result.matmul.gflops),
    achievedGflops: rounded(result.achievedGflops),
  });
}

/** A point of the default experiment's probes, in gradient evaluations. */
function usualProbeCost({ probeCosts }: BenchResult): number {
  const { points, gradients } = probeCosts.find((cost) => cost.isUsual)!;
  return rounded(gradients / points);
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** Everything, in tables under short headings. */
export function benchMarkdown(result: Partial<BenchResult>): string {
  const introduction = benchTask(result)?.join('\n');
  return [...(introduction ? [introduction] : []), ...benchTables(result).map(tableMarkdown)].join('\n\n');
}

function tableMarkdown({ heading, rows, notes }: BenchTable): string {
  const table = markdownTable([heading, ...rows]);
  return notes.length > 0 ? `${table}\n\n${notes.join('\n')}` : table;
}
