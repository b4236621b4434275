/** A run as one HTML file that needs nothing else: figures, set-up, claims, citation, and the record to open again. */
import { toFragment } from '../../experiment/permalink.ts';
import { toText } from '../../experiment/read.ts';
import { EXPERIMENT_KEYS, setting } from '../../experiment/settings.ts';
import type { Words } from '../../paper/claims/claim.ts';
import { type Judged, judgeAll } from '../../paper/claims/claims.ts';
import { PAPER } from '../../paper/definitions.ts';
import { originLines } from '../../record/csv.ts';
import { recordElement } from '../../record/file.ts';
import { recordToJson } from '../../record/json.ts';
import type { RunRecord } from '../../record/record.ts';
import { amountWords } from '../claims/words.ts';
import { identitiesOf } from '../identity.ts';

export interface ReportFigure {
  title: string;
  reading: string;
  /** An SVG element. */
  drawing: string;
  caption: string;
}

/** Texts from records and links become text again, never markup. */
const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const VERDICTS = {
  agrees: 'Agrees',
  disagrees: 'Disagrees',
  open: 'Not enough data',
  elsewhere: 'Not by a run',
} as const;

const STYLE = `body{max-width:60rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 Georgia,serif;color:#16181b;background:#fcfbf9}
h1,h2{font-weight:400}figure{margin:2rem 0}svg{max-width:100%;height:auto}table{border-collapse:collapse;font:14px/1.4 sans-serif}
th,td{text-align:left;vertical-align:top;padding:4px 16px 4px 0;border-bottom:1px solid #e3e0d9}th{font-weight:500}`;

function claimRow({ claim, outcome }: Judged, names: ReadonlyMap<string, string>): string {
  const words = (pieces: Words): string =>
    pieces
      .map((piece) =>
        typeof piece === 'string'
          ? piece.replaceAll('_', '')
          : `${piece.network ? `${names.get(piece.network) ?? piece.network} ` : ''}${amountWords(piece)}`,
      )
      .join('');
  const findings = [...outcome.findings, ...outcome.notes].map((one) => escapeHtml(words(one))).join('<br>');
  return `<tr><th scope="row">${escapeHtml(claim.statement.replaceAll('_', ''))}</th><td>${VERDICTS[outcome.verdict]}</td><td>${findings}</td></tr>`;
}

/** `fragment` brings the view back as well when the file is opened in the page. */
export function reportHtml(record: RunRecord, figures: readonly ReportFigure[], fragment: string): string {
  const { experiment } = record;
  const names = new Map(identitiesOf(experiment.variants).map(({ id, label }) => [id, label]));
  const settings = EXPERIMENT_KEYS.map(
    (key) =>
      `<tr><th scope="row">${escapeHtml(setting(key).label)}</th><td>${escapeHtml(toText(experiment[key], ', ') || 'none')}</td></tr>`,
  );
  const drawn = figures.map(
    ({ title, reading, drawing, caption }) =>
      `<figure><h2>${escapeHtml(title)}</h2><p><i>${escapeHtml(reading)}</i></p>${drawing}<figcaption>${escapeHtml(caption)}</figcaption></figure>`,
  );
  const claims = judgeAll(record).map((judged) => claimRow(judged, names));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="normscape-view" content="${escapeHtml(fragment)}"><title>A run of Normscape</title><style>${STYLE}</style></head><body>
<h1>How does batch normalization help optimization?</h1>
<p>${originLines(record).map(escapeHtml).join('<br>')}</p>
${drawn.join('\n')}
<h2>What the paper claims</h2><table>${claims.join('')}</table>
<h2>The set-up</h2><table>${settings.join('')}</table>
<h2>Citation</h2><p>${escapeHtml(PAPER.authors)}: <cite>${escapeHtml(PAPER.title)}</cite> ${escapeHtml(PAPER.venue)}. <a href="${PAPER.url}">${PAPER.url}</a></p>
<p>This file holds the run itself: import it on the page of runs of Normscape to see it there. Set-up: <code>${escapeHtml(toFragment(experiment))}</code></p>
${recordElement(recordToJson(record))}
</body></html>
`;
}
