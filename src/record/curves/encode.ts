/** The curves of a run as a text short enough for a link: quantised, compressed, versioned and checksummed. */
import { deflateSync } from 'fflate';
import { toBase64Url } from '../../experiment/base64Url.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import type { RunRecord, VariantStatus } from '../record.ts';
import { ByteWriter } from './bytes.ts';
import { checksumOf } from './checksum.ts';
import { type Carried, type ColumnGroup, carriedVariants, type Detail, groupsOf } from './columns.ts';
import { levelOf, rangeOf, writeRange } from './quantise.ts';

export const CURVES_VERSION = '1';
export const STATUSES = ['running', 'finished', 'diverged', 'stopped'] as const satisfies VariantStatus[];

const MOST_POINTS = 600;
/** Longest name of a device or a program. */
const MOST_CHARACTERS_OF_A_NAME = 40;
const FEWEST_POINTS = 2;

export interface EncodedCurves {
  text: string;
  detail: Detail;
}

/**
 * As much of a run as `budget` characters hold: first fewer points, then fewer layers, then only the first seed. Null where not
 * even two points a curve fit.
 */
export function encodeCurves(record: RunRecord, budget: number): EncodedCurves | null {
  for (const { least, ...detail } of detailsOf(record.experiment)) {
    const found = mostPoints(record, detail, least, budget);
    if (found) return found;
  }
  return null;
}

/** From everything down to the curves of one seed without covariate shift, each with the fewest points worth having. */
function detailsOf({ seeds, icsLayers }: Experiment): (Carried & { least: number })[] {
  const few = icsLayers.slice(0, 2);
  return [
    { seeds, icsLayers, least: 16 },
    { seeds, icsLayers: few, least: 16 },
    { seeds: 1, icsLayers, least: 16 },
    { seeds: 1, icsLayers: few, least: 12 },
    { seeds: 1, icsLayers: [], least: FEWEST_POINTS },
  ];
}

/** The largest number of points that fits; null where fewer than `least` do. */
function mostPoints(record: RunRecord, detail: Carried, least: number, budget: number): EncodedCurves | null {
  let [fits, tooMany] = [null as EncodedCurves | null, MOST_POINTS + 1];
  let points = least;
  while (points < tooMany) {
    const tried = { ...detail, points };
    const text = textOf(record, tried);
    if (text.length <= budget) fits = { text, detail: tried };
    else tooMany = points;
    const reached = fits?.detail.points ?? 0;
    if (reached === 0) return null;
    points = Math.max(reached + 1, Math.floor((reached + tooMany) / 2));
  }
  return fits;
}

/** The version, then checksum and compressed bytes. */
function textOf(record: RunRecord, detail: Detail): string {
  const candidates = [true, false].map((isDelta) =>
    deflateSync(bytesOf(record, detail, isDelta), { level: 9, mem: 4 }),
  );
  const body = candidates.reduce((a, b) => (b.length < a.length ? b : a));
  const checksum = checksumOf(record.experiment, body);
  return CURVES_VERSION + toBase64Url(new Uint8Array([...checksum, ...body]));
}

function bytesOf(record: RunRecord, detail: Detail, isDelta: boolean): Uint8Array<ArrayBuffer> {
  const { environment, timing, experiment } = record;
  const writer = new ByteWriter();
  const name = (text: string): string => text.slice(0, MOST_CHARACTERS_OF_A_NAME);
  const { backend, adapter, software, app, startedAt } = environment;
  writer.text([backend, name(adapter), software ? 1 : 0, name(app), name(startedAt)].join('\n'));
  writer.whole(timing.elapsedMs);
  writer.whole(detail.seeds);
  writer.whole(detail.icsLayers.length);
  for (const layer of detail.icsLayers) writer.whole(experiment.icsLayers.indexOf(layer));
  writer.byte(isDelta ? 1 : 0);
  const variants = carriedVariants(record, detail.seeds);
  const groups = variants.map((variant) => groupsOf(variant, detail));
  for (const [i, { status, divergedAt }] of variants.entries()) {
    writer.byte(STATUSES.indexOf(status));
    writer.whole(divergedAt === null ? 0 : divergedAt + 1);
    for (const [k, { step }] of groups[i]!.entries()) writeSteps(writer, step, groups[i - 1]?.[k]?.step);
  }
  writeColumns(writer, groups.flat(), isDelta);
  return writer.result();
}

/** 0 where the steps are those of the network before, else their number plus 1 and their second differences. */
function writeSteps(
  writer: ByteWriter,
  step: readonly number[],
  before: readonly number[] | undefined,
): void {
  if (before && before.length === step.length && before.every((one, i) => one === step[i])) {
    writer.whole(0);
    return;
  }
  writer.whole(step.length + 1);
  let [last, stride] = [0, 0];
  for (const at of step) {
    writer.signed(at - last - stride);
    [last, stride] = [at, at - last];
  }
}

function writeColumns(writer: ByteWriter, groups: readonly ColumnGroup[], isDelta: boolean): void {
  const columns = groups.flatMap((group) => group.columns).filter((column) => column.length > 0);
  const ranges = columns.map(rangeOf);
  for (const range of ranges) writeRange(writer, range);
  for (const [i, column] of columns.entries()) {
    let last = 0;
    for (const value of column) {
      const level = levelOf(ranges[i]!, value);
      writer.byte(isDelta ? level - last : level);
      last = level;
    }
  }
}
