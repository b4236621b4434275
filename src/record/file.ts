/** A run out of a file that may be anything: a record as JSON, or a report that carries one. */
import { type RecordReading, recordFromJson } from './json.ts';

/** The element of a report that holds its record. */
const REPORT_RECORD_ID = 'normscape-run';
/** Larger files are refused before they are read. */
export const MOST_BYTES_OF_A_FILE = 300_000_000;

const OPENING = `<script type="application/json" id="${REPORT_RECORD_ID}">`;
const CLOSING = '</script>';

/** JSON that cannot end the element in which it stands. */
export const recordElement = (json: string): string =>
  `${OPENING}${json.replaceAll('<', '\\u003c')}${CLOSING}`;

/** How a report's figures were shown, as a link's fragment; empty where the file does not say. */
export function viewInFile(text: string): string {
  const found = /<meta name="normscape-view" content="([^"<>]{0,2000})">/.exec(text.slice(0, 10_000));
  return found?.[1]?.replaceAll('&quot;', '"').replaceAll('&amp;', '&') ?? '';
}

/** Never throws. */
export function recordFromFile(text: string): RecordReading {
  const start = text.indexOf(OPENING);
  if (start < 0) return recordFromJson(text);
  const from = start + OPENING.length;
  const end = text.indexOf(CLOSING, from);
  return recordFromJson(text.slice(from, end < 0 ? undefined : end));
}
