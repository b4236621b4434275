/** One kept run: pick it, its name, what it asked for, what came out, and what can be done with it. */
import { useState } from 'react';
import { defaultExperiment } from '../../experiment/settings.ts';
import { recordToCsv } from '../../record/csv.ts';
import { recordToJson } from '../../record/json.ts';
import type { KeptRun } from '../../record/kept/keptRun.ts';
import { fileName, saveFile } from '../../store/runFiles.ts';
import { changeWords } from '../experiment/words.ts';
import { formatCount, formatPercent, formatValue } from '../format.ts';
import { identitiesOf } from '../identity.ts';
import { Glyph } from '../Marker.tsx';
import { dayWords } from '../run/recordedWords.ts';
import { Icon } from '../shell/icons.tsx';
import { Popover } from '../shell/Popover.tsx';
import { Thumbnail } from './Thumbnail.tsx';
import { recordOfKept } from './useKeptRuns.ts';

function Results({ run: { experiment, results } }: { run: KeptRun }) {
  const hasAccuracy = results.some(({ accuracy }) => accuracy !== null);
  return (
    <>
      {!hasAccuracy && <span className="sub">loss </span>}
      {identitiesOf(experiment.variants).map((identity) => {
        const result = results.find(({ id }) => id === identity.id);
        if (!result) return null;
        const { accuracy, loss, divergedAt } = result;
        const words =
          divergedAt !== null
            ? `✕ step ${formatCount(divergedAt)}`
            : hasAccuracy
              ? formatPercent(accuracy ?? Number.NaN)
              : formatValue(loss ?? Number.NaN);
        return (
          <span
            key={identity.id}
            className="result"
            style={{ color: identity.colour }}
            title={identity.label}
          >
            <Glyph identity={identity} />
            {words}
          </span>
        );
      })}
    </>
  );
}

function Name({ run, onRename }: { run: KeptRun; onRename: (name: string) => void }) {
  const [text, setText] = useState(run.name);
  const shown = run.name || 'Untitled';
  return (
    <input
      className="run-name"
      aria-label={`Name of ${shown}`}
      placeholder="Untitled"
      maxLength={80}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      onBlur={() => text !== run.name && onRename(text)}
    />
  );
}

async function save(run: KeptRun, format: 'json' | 'csv'): Promise<void> {
  const record = await recordOfKept(run);
  if (!record) return;
  if (format === 'json') saveFile(fileName(record, 'run.json'), 'application/json', recordToJson(record));
  else saveFile(fileName(record, 'run.csv'), 'text/csv', recordToCsv(record));
}

interface RunRowProps {
  run: KeptRun;
  /** A, B, … or empty. */
  letter: string;
  onPick: () => void;
  onRename: (name: string) => void;
  onDelete: () => void;
}

export function RunRow({ run, letter, onPick, onRename, onDelete }: RunRowProps) {
  const { experiment, adapter, startedAt } = run;
  const name = run.name || 'Untitled';
  return (
    <tr className={letter ? 'on' : ''}>
      <td>
        <button
          type="button"
          className="pick"
          aria-pressed={letter !== ''}
          aria-label={`Compare ${name}`}
          onClick={onPick}
        >
          {letter}
        </button>
      </td>
      <td>
        <Name key={run.name} run={run} onRename={onRename} />
        <span className="sub">
          {changeWords(defaultExperiment(), experiment) || 'the default experiment'}
        </span>
      </td>
      <td>
        <Thumbnail run={run} />
      </td>
      <td className="number">{formatCount(experiment.steps)}</td>
      <td>
        <Results run={run} />
      </td>
      <td>
        {adapter || 'unnamed device'}
        <span className="sub">{dayWords(startedAt)}</span>
      </td>
      <td>
        <Popover
          label={`${name}: file or delete`}
          trigger="More"
          triggerClass="button quiet"
          triggerLabel={`More: ${name}`}
        >
          <div className="run-acts">
            <button type="button" className="button quiet" onClick={() => void save(run, 'json')}>
              Export as JSON
            </button>
            <button type="button" className="button quiet" onClick={() => void save(run, 'csv')}>
              Export as CSV
            </button>
            <button type="button" className="button quiet" onClick={onDelete}>
              <Icon name="close" />
              Delete
            </button>
          </div>
        </Popover>
      </td>
    </tr>
  );
}
