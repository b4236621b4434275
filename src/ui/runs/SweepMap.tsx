/** One metric of a sweep as a heat map in six greys. */
import type { ReactNode } from 'react';
import type { SweepRun } from '../../record/sweep.ts';
import {
  SWEEP_LEVELS,
  type SweepGroup,
  type SweepMetric,
  type SweepScale,
  sweepCell,
  sweepLevel,
  sweepScale,
} from '../../record/sweepMaps.ts';
import { formatPercent, formatTick, formatValue } from '../format.ts';
import { type Identity, identitiesOf } from '../identity.ts';
import { Glyph } from '../Marker.tsx';

interface MetricWords {
  title: string;
  help: string;
  format: (value: number) => string;
}

export const METRIC_WORDS: Record<SweepMetric, MetricWords> = {
  testAccuracy: { title: 'Test accuracy, %', help: '', format: formatPercent },
  trainLoss: { title: 'Training loss', help: '', format: formatValue },
  band: {
    title: 'Loss band',
    help: 'The loss band is the largest loss along the gradient less the smallest, averaged over the probes;',
    format: formatValue,
  },
  beta: { title: 'Effective β', help: 'β is averaged over them too.', format: formatValue },
};

interface CellProps {
  runs: readonly SweepRun[];
  metric: SweepMetric;
  scale: SweepScale | null;
  /** “BatchNorm at 0.1”. */
  place: string;
}

function Cell({ runs, metric, scale, place }: CellProps): ReactNode {
  const [first] = runs;
  if (!first) return <td className="cell absent">–</td>;
  const { value, seeds, diverged } = sweepCell(runs, metric);
  const text = value === null ? (diverged > 0 ? '✕' : '–') : METRIC_WORDS[metric].format(value);
  const level = value === null || !scale ? null : sweepLevel(value, scale);
  const words = [
    `${place}: ${value === null ? 'no value' : text}`,
    seeds > 1 ? `mean of ${seeds} seeds` : '',
    diverged > 0 ? `${diverged} of ${runs.length} diverged` : '',
  ];
  return (
    <td className={level === null ? 'cell lost' : `cell heat-${level}`}>
      <a
        href={first.fragment}
        aria-label={words.filter(Boolean).join(', ')}
        title={words.filter(Boolean).join(', ')}
      >
        {text}
        {value !== null && diverged > 0 && <small aria-hidden="true">✕ {diverged}</small>}
      </a>
    </td>
  );
}

function RowHead({ identity }: { identity: Identity }) {
  return (
    <th scope="row" style={{ color: identity.colour }}>
      <Glyph identity={identity} />
      {identity.short}
    </th>
  );
}

function Key({ scale, format }: { scale: SweepScale; format: MetricWords['format'] }) {
  return (
    <p className="sweep-key" aria-hidden="true">
      {format(scale.low)}
      {Array.from({ length: SWEEP_LEVELS }, (_, level) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a level is its number
        <i key={level} style={{ background: `var(--heat-${level})` }} />
      ))}
      {format(scale.high)}
      {scale.isCut && ' or more'}
      {scale.isLogarithmic && ', in equal ratios'}
    </p>
  );
}

export function SweepMap({ group, metric }: { group: SweepGroup; metric: SweepMetric }) {
  const { title, format } = METRIC_WORDS[metric];
  const identities = identitiesOf(group.variants);
  const values = group.cells.flat().flatMap((runs) => sweepCell(runs, metric).value ?? []);
  const scale = sweepScale(values);
  return (
    <div className="sweep-map">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">learning rate</th>
            {group.learningRates.map((rate) => (
              <th key={rate} scope="col">
                {formatTick(rate)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {identities.map((identity, row) => (
            <tr key={identity.id}>
              <RowHead identity={identity} />
              {group.learningRates.map((rate, column) => (
                <Cell
                  key={rate}
                  runs={group.cells[row]![column]!}
                  metric={metric}
                  scale={scale}
                  place={`${title}, ${identity.label} at ${formatTick(rate)}`}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {scale && <Key scale={scale} format={format} />}
    </div>
  );
}
