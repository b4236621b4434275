/** Where, when and by which version a recorded run was made. */
import type { RecordedRun } from '../../store/recordedRuns.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];

/** 14 Nov 2026; empty for what is no date. */
export function dayWords(startedAt: string): string {
  const day = new Date(startedAt);
  if (Number.isNaN(day.getTime())) return '';
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

/** v0.1.0; empty where another program made the run. */
function versionWords(app: string): string {
  const [, version] = /^normscape (\d\S{0,20})$/.exec(app) ?? [];
  return version ? `v${version}` : '';
}

/** “recorded on Apple M2 Pro, 14 Nov 2026, v0.1.0”, after its name where it has one. */
export function recordedWords({ record, name }: RecordedRun): string {
  const { adapter, startedAt, app } = record.environment;
  const place = [adapter || 'an unnamed device', dayWords(startedAt), versionWords(app)]
    .filter(Boolean)
    .join(', ');
  return `${name && `“${name}”, `}recorded on ${place}`;
}
