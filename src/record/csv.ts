/** Records and tables as CSV (RFC 4180), after lines with `#` that say which set-up and which program made them. */
import { toFragment } from '../experiment/permalink.ts';
import { parseVariant, variantLabel } from '../experiment/variants.ts';
import type { RunRecord, VariantRecord } from './record.ts';

/** Of the column `network`, which has ids, the column `label` has the names that people read. */
export interface Table {
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

const cell = (value: string | number): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');

/** Which set-up gave the values, on what and when. */
export function originLines({ experiment, environment }: RunRecord): string[] {
  const { app, adapter, backend, startedAt } = environment;
  return [`${app}, ${backend} on ${adapter}, ${startedAt}`, `set-up ${toFragment(experiment)}`].map(oneLine);
}

export function tableToCsv({ columns, rows }: Table, record: RunRecord | null): string {
  const comments = record ? originLines(record).map((line) => `# ${line}`) : [];
  return `${[...comments, ...[columns, ...rows].map((row) => row.map(cell).join(','))].join('\r\n')}\r\n`;
}

type Row = [measurement: string, step: number, value: number];

const column = (name: string, step: readonly number[], values: readonly number[]): Row[] =>
  values.map((value, i): Row => [name, step[i]!, value]);

function rowsOf({ train, test, landscape, ics }: VariantRecord): Row[] {
  const { step, stepSizes } = landscape;
  const points = (name: string, rows: readonly number[][]): Row[] =>
    rows.flatMap((row, i) =>
      row.map(
        (value, k): Row => [
          row.length === stepSizes.length
            ? `${name} at ${stepSizes[k]}`
            : `${name} ${k === 0 ? 'smallest' : 'largest'}`,
          step[i]!,
          value,
        ],
      ),
    );
  return [
    ...column('training loss', train.step, train.loss),
    ...column('training accuracy', train.step, train.accuracy),
    ...column('test loss', test.step, test.loss),
    ...column('test accuracy', test.step, test.accuracy),
    ...points('loss', landscape.lossAt),
    ...points('gradient difference', landscape.gradientDifferenceAt),
    ...column('gradient norm', step, landscape.gradientNorm),
    ...column('beta', step, landscape.beta),
    ...column('beta fine', step, landscape.fine.beta),
    ...ics.layers.flatMap(({ layer, l2, cosine }) => [
      ...column(`covariate shift l2 layer ${layer}`, ics.step, l2),
      ...column(`covariate shift cosine layer ${layer}`, ics.step, cosine),
    ]),
  ];
}

function labelOf(id: string): string {
  const parsed = parseVariant(id);
  return parsed.ok ? variantLabel(parsed.value) : id;
}

/** A run in long form: one value a line. */
export function recordToCsv(record: RunRecord): string {
  const rows = record.variants.flatMap((variant) => {
    const label = labelOf(variant.id);
    return rowsOf(variant).map((row) => [variant.id, variant.learningRate, variant.seed, ...row, label]);
  });
  const columns = ['network', 'learning_rate', 'seed', 'measurement', 'step', 'value', 'label'];
  return tableToCsv({ columns, rows }, record);
}
