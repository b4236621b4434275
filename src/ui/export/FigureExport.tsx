/** What can be taken of one figure: the drawing, its values as a file, and as a table in place. */
import { useEffect, useState } from 'react';
import { originLines, type Table, tableToCsv } from '../../record/csv.ts';
import type { RunRecord } from '../../record/record.ts';
import { linkWithCurves } from '../../store/curvesLink.ts';
import { addressOf } from '../../store/link.ts';
import { showNotice } from '../../store/notices.ts';
import { shownRecord } from '../../store/recordedRuns.ts';
import { fileName, saveFile } from '../../store/runFiles.ts';
import { store } from '../../store/store.ts';
import { type FigureValues, readColumns, wholeTable } from '../figures/values.ts';
import { formatCount, formatValue } from '../format.ts';
import { CopyField } from '../share/CopyField.tsx';
import { figurePng, figureSvg } from './figureSvg.ts';
import { withDescription } from './pngText.ts';
import './export.css';

/** More rows than this are for a file. */
const MOST_ROWS = 400;

interface FigureExportProps {
  name: string;
  figure: HTMLElement;
  values: FigureValues;
}

function refuse(message: string): void {
  showNotice({ kind: 'import', finding: 'The figure was not saved.', advice: message, actions: [] });
}

async function savePicture(
  figure: HTMLElement,
  name: string,
  record: RunRecord,
  format: 'svg' | 'png',
): Promise<void> {
  const about = originLines(record).join('\n');
  const drawn = figureSvg(figure, about);
  if (!drawn) return refuse('Nothing is drawn in it yet.');
  if (format === 'svg') saveFile(fileName(record, `${name}.svg`), 'image/svg+xml', drawn.text);
  else
    await figurePng(drawn).then(
      (blob) => saveFile(fileName(record, `${name}.png`), 'image/png', withDescription(blob, about)),
      (error: Error) => refuse(error.message),
    );
}

const cellWords = (value: string | number): string | number =>
  typeof value === 'number' && !Number.isInteger(value) ? formatValue(value) : value;

function ValueTable({ table }: { table: Table }) {
  const { rows } = table;
  const columns = readColumns(table);
  return (
    <div className="values">
      <table>
        <caption>
          {rows.length > MOST_ROWS
            ? `The first ${formatCount(MOST_ROWS)} of ${formatCount(rows.length)} values; the CSV file has all.`
            : `${formatCount(rows.length)} values`}
        </caption>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <tr key={row.join()}>
              {columns.map(({ name, at }) => (
                <td key={name}>{cellWords(row[at]!)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The page of one figure without anything around it. */
function Frame({ name }: { name: string }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const view = { page: 'lab', figures: [name], isEmbedded: true } as const;
    const { experiment, view: present } = store.getState();
    linkWithCurves(view).then(
      (link) => setAddress(link.address),
      () => setAddress(addressOf(experiment, location, { ...present, ...view })),
    );
  }, [name]);
  if (address === null) return <p aria-busy="true">Packing the curves.</p>;
  const code = `<iframe src="${address}" title="Normscape" width="100%" height="480" loading="lazy"></iframe>`;
  return (
    <>
      <p className="sub">To show this figure in another page:</p>
      <CopyField label="For another page" text={code} />
    </>
  );
}

export default function FigureExport({ name, figure, values }: FigureExportProps) {
  const [table, setTable] = useState<Table | null>(null);
  const record = shownRecord();
  if (!record) return <p>Nothing has run yet.</p>;
  const csv = (): void => {
    const whole = wholeTable(values);
    if (!whole) refuse('Its values have no table.');
    else saveFile(fileName(record, `${name}.csv`), 'text/csv', tableToCsv(whole, record));
  };
  return (
    <div className="figure-export">
      <p className="export-buttons">
        <button
          type="button"
          className="button quiet"
          onClick={() => void savePicture(figure, name, record, 'svg')}
        >
          SVG
        </button>
        <button
          type="button"
          className="button quiet"
          onClick={() => void savePicture(figure, name, record, 'png')}
        >
          PNG
        </button>
        <button type="button" className="button quiet" onClick={csv}>
          CSV
        </button>
        <button
          type="button"
          className="button quiet"
          aria-pressed={table !== null}
          onClick={() => setTable(table ? null : wholeTable(values))}
        >
          Table
        </button>
      </p>
      {table && <ValueTable table={table} />}
      <Frame name={name} />
    </div>
  );
}
