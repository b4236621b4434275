/** What the recorded runs say, recomputed from their files. No sentence is written before its numbers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toFragment } from '../../src/experiment/permalink.ts';
import type { Amount, Words } from '../../src/paper/claims/claim.ts';
import { type Judged, judgeAll } from '../../src/paper/claims/claims.ts';
import { ACCURACY, stepsTo } from '../../src/paper/claims/speed.ts';
import { recordFromJson } from '../../src/record/json.ts';
import type { RunRecord, VariantRecord } from '../../src/record/record.ts';
import { median } from '../../src/record/statistics.ts';
import { amountWords } from '../../src/ui/claims/words.ts';

/** Of the steps, where the last third begins. */
const LATE = 2 / 3;

/** Largest − smallest of each row, over the probes of the last third. */
function lateWidth(record: RunRecord, { landscape }: VariantRecord, rows: number[][]): number {
  const from = LATE * record.experiment.steps;
  const late = rows.filter((_, i) => landscape.step[i]! >= from);
  return median(late.map((row) => Math.max(...row) - Math.min(...row)));
}

const shown = (value: number): string => amountWords({ value, unit: 'number' });

/** Three statistics of one network and seed. */
function statisticsOf(record: RunRecord, variant: VariantRecord) {
  const { lossAt, gradientDifferenceAt } = variant.landscape;
  return {
    speed: stepsTo(ACCURACY, variant),
    band: lateWidth(record, variant, lossAt),
    // Gradient predictiveness is the distance of the gradients; its band's width tells how far it varies.
    predictiveness: median(
      gradientDifferenceAt
        .filter((_, i) => variant.landscape.step[i]! >= LATE * record.experiment.steps)
        .map((row) => Math.max(...row)),
    ),
  };
}

function seedTable(record: RunRecord): string[] {
  const lines = [
    '| seed | network | steps to 70 % training accuracy | median loss band, last third | median of the largest ‖∇L(θ − η′g) − g‖, last third |',
    '|---|---|---|---|---|',
  ];
  for (const variant of record.variants) {
    const { speed, band, predictiveness } = statisticsOf(record, variant);
    const arrived =
      record.experiment.dataset === 'gaussian' ? '–' : amountWords({ value: speed, unit: 'steps' });
    lines.push(
      `| ${variant.seed} | ${variant.id} | ${arrived} | ${shown(band)} | ${shown(predictiveness)} |`,
    );
  }
  return lines;
}

/** Whether something holds in each seed: “in 3 of 3 seeds”. */
function count(
  record: RunRecord,
  holds: (of: (id: string) => ReturnType<typeof statisticsOf>) => boolean,
): string {
  const seeds = [...new Set(record.variants.map(({ seed }) => seed))];
  const held = seeds.filter((seed) =>
    holds((id) =>
      statisticsOf(record, record.variants.find((variant) => variant.seed === seed && variant.id === id)!),
    ),
  );
  return `in ${held.length} of ${seeds.length} seeds`;
}

function expectations(record: RunRecord): string[] {
  const ids = new Set(record.variants.map(({ id }) => id));
  if (!['none', 'batch', 'noisy-batch'].every((id) => ids.has(id))) return [];
  return [
    `- BatchNorm reaches 70 % in fewer steps than Standard: ${count(record, (of) => of('batch').speed < of('none').speed)}.`,
    `- Noisy BatchNorm reaches 70 % in fewer steps than Standard: ${count(record, (of) => of('noisy-batch').speed < of('none').speed)}.`,
    `- Standard’s median loss band in the last third is wider than BatchNorm’s: ${count(record, (of) => of('none').band > of('batch').band)}.`,
    `- Standard’s gradients differ more along the probe in the last third than BatchNorm’s: ${count(record, (of) => of('none').predictiveness > of('batch').predictiveness)}.`,
    '',
  ];
}

const wordsOf = (words: Words): string =>
  words.map((part) => (typeof part === 'string' ? part : partWords(part))).join('');
const partWords = (part: Amount): string => (part.network ? `${part.network} ` : '') + amountWords(part);

function claimRow({ claim, outcome }: Judged): string {
  const cells = [
    claim.statement,
    outcome.verdict === 'elsewhere' ? 'not decided by a run' : outcome.verdict,
    outcome.findings.map(wordsOf).join(' '),
    outcome.notes.map(wordsOf).join(' '),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('_', '')).join(' | ')} |`;
}

function section(file: string, record: RunRecord): string[] {
  const { adapter, software, startedAt, app } = record.environment;
  return [
    `## ${file}`,
    '',
    `\`${toFragment(record.experiment)}\`, ${adapter}${software ? ' (software)' : ''}, ${startedAt.slice(0, 10)}, ${app}.`,
    '',
    ...seedTable(record),
    '',
    ...expectations(record),
    '| claim | verdict | what this run gives | notes |',
    '|---|---|---|---|',
    ...judgeAll(record).filter(isDecided).map(claimRow),
    '',
  ];
}

/** A run says nothing of a claim whose networks or measurements it does not have. */
const isDecided = ({ outcome }: Judged): boolean =>
  outcome.verdict === 'agrees' || outcome.verdict === 'disagrees' || outcome.findings.length > 0;

function readRecord(folder: string, file: string): RunRecord {
  const reading = recordFromJson(readFileSync(join(folder, file), 'utf8'));
  if (!reading.ok) throw new Error(`${file}: ${reading.message}`);
  return reading.record;
}

/** The page docs/results.md, from the records in a folder. Throws where a file is none. */
export function resultsPage(folder: string): string {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'index.json');
  const lines = [
    '# Results',
    '',
    'What the recorded runs under `public/runs` gave. `npm run gallery` makes the runs, `npm run results` writes this page',
    'from them; the statistics are those of the page’s table of claims, of which each run shows the rows that it has numbers',
    'for. A record names the version that made it, not the order in which its kernels added: after a change of a kernel the',
    'same experiment agrees to rounding, which training amplifies.',
    '',
    ...files.sort().flatMap((file) => section(file, readRecord(folder, file))),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
