/** Where and when a recorded run was made. */
import type { RecordedRun } from '../../store/recordedRuns.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];

/** 14 Nov 2026; empty for what is no date. */
export function dayWords(startedAt: string): string {
  const day = new Date(startedAt);
  if (Number.isNaN(day.getTime())) return '';
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

/** “recorded on Apple M2 Pro, 14 Nov 2026”, after its name where it has one. */
export function recordedWords({ record, name }: RecordedRun): string {
  const { adapter, startedAt } = record.environment;
  const place = [adapter || 'an unnamed device', dayWords(startedAt)].filter(Boolean).join(', ');
  return `${name && `“${name}”, `}recorded on ${place}`;
}
