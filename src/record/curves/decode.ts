/** Curves from a link that anyone may have written. */
import { inflateSync } from 'fflate';
import { fromBase64Url } from '../../experiment/base64Url.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { emptyRecord } from '../build.ts';
import { readRecord } from '../json.ts';
import type { RunRecord } from '../record.ts';
import { ByteReader } from './bytes.ts';
import { CHECKSUM_BYTES, checksumOf } from './checksum.ts';
import { type Carried, type ColumnGroup, carriedExperiment, groupSizes, takeGroups } from './columns.ts';
import { CURVES_VERSION, STATUSES } from './encode.ts';
import { readRange, valueAt } from './quantise.ts';

/** A link of 20,000 characters cannot honestly hold more. */
const MOST_BYTES = 65_536;
const MOST_POINTS = 1000;

export type CurvesReading =
  | { ok: true; record: RunRecord }
  | { ok: false; kind: 'version' | 'damaged'; message: string };

const DAMAGED: CurvesReading = {
  ok: false,
  kind: 'damaged',
  message: 'The curves in the link are damaged or belong to another set-up; they were left out.',
};

/** Reads the curves of a run of `experiment`. Never throws, and takes no longer than its length allows. */
export function decodeCurves(text: string, experiment: Experiment): CurvesReading {
  if (!text.startsWith(CURVES_VERSION))
    return {
      ok: false,
      kind: 'version',
      message: `The curves in the link are of a version that is not understood here (${CURVES_VERSION} is); they were left out.`,
    };
  try {
    const bytes = fromBase64Url(text.slice(CURVES_VERSION.length));
    const [checksum, body] = [bytes.slice(0, CHECKSUM_BYTES), bytes.slice(CHECKSUM_BYTES)];
    if (!checksumOf(experiment, body).every((byte, i) => byte === checksum[i])) return DAMAGED;
    const plain = inflateSync(body, { out: new Uint8Array(MOST_BYTES) });
    const reading = readRecord(recordFrom(new ByteReader(plain), experiment));
    return reading.ok ? reading : DAMAGED;
  } catch {
    return DAMAGED;
  }
}

/** Throws a `RangeError` on bytes that no run gives. */
function recordFrom(reader: ByteReader, asked: Experiment): unknown {
  const [backend, adapter, software, app, startedAt] = reader.text().split('\n');
  const elapsedMs = reader.whole();
  const detail = readDetail(reader, asked);
  const isDelta = reader.byte() === 1;
  const record = emptyRecord(carriedExperiment(asked, detail), {
    backend: 'cpu',
    adapter: adapter ?? '',
    software: software === '1',
    app: app ?? '',
    startedAt: startedAt ?? '',
  });
  record.timing.elapsedMs = elapsedMs;
  const sizes = groupSizes(detail);
  const groups: ColumnGroup[][] = [];
  for (const variant of record.variants) {
    variant.status = STATUSES[reader.byte()] ?? outOfRange('A status');
    const divergedAt = reader.whole();
    variant.divergedAt = divergedAt === 0 ? null : divergedAt - 1;
    const before = groups.at(-1);
    groups.push(
      sizes.map((_, k) => ({ step: readSteps(reader, asked.steps, before?.[k]?.step), columns: [] })),
    );
  }
  readColumns(reader, groups, sizes, isDelta);
  if (!reader.isAtEnd) outOfRange('The number of bytes');
  for (const [i, variant] of record.variants.entries()) takeGroups(variant, groups[i]!);
  return { ...record, environment: { ...record.environment, backend } };
}

function outOfRange(what: string): never {
  throw new RangeError(`${what} is impossible.`);
}

function readDetail(reader: ByteReader, asked: Experiment): Carried {
  const seeds = reader.whole();
  if (seeds < 1 || seeds > asked.seeds) outOfRange('The number of seeds');
  const count = reader.whole();
  if (count > asked.icsLayers.length) outOfRange('The number of layers');
  const icsLayers = Array.from(
    { length: count },
    () => asked.icsLayers[reader.whole()] ?? outOfRange('A layer'),
  );
  return { seeds, icsLayers };
}

/** Ascending steps of the run. */
function readSteps(reader: ByteReader, most: number, before: number[] | undefined): number[] {
  const count = reader.whole();
  if (count === 0) return [...(before ?? outOfRange('A step'))];
  if (count > MOST_POINTS) outOfRange('The number of points');
  const step: number[] = [];
  let [last, stride] = [0, 0];
  for (let i = 1; i < count; i++) {
    const at = last + stride + reader.signed();
    if (at < 0 || at > most || (i > 1 && at <= last)) outOfRange('A step');
    [last, stride] = [at, at - last];
    step.push(at);
  }
  return step;
}

function readColumns(
  reader: ByteReader,
  groups: readonly ColumnGroup[][],
  sizes: readonly number[],
  isDelta: boolean,
): void {
  const places = groups.flatMap((list) =>
    list.flatMap((group, k) => Array.from({ length: sizes[k]! }, () => group)),
  );
  const ranges = places.map(({ step }) => (step.length > 0 ? readRange(reader) : null));
  for (const [i, group] of places.entries()) {
    let last = 0;
    group.columns.push(
      group.step.map(() => {
        last = (reader.byte() + (isDelta ? last : 0)) & 255;
        return valueAt(ranges[i]!, last);
      }),
    );
  }
}
