/** A merged sweep: heat maps of learning rate by normalisation, every cell a link, and all its networks in a table. */
import { useEffect, useMemo, useState } from 'react';
import { useStore as useVanillaStore } from 'zustand';
import { defaultExperiment } from '../../experiment/settings.ts';
import { type SweepGroup, type SweepMetric, sweepGroups } from '../../record/sweepMaps.ts';
import { closeSweep, type OpenedSweep, openedSweep, showKeptSweep } from '../../store/sweeps.ts';
import { changeWords } from '../experiment/words.ts';
import { formatCount } from '../format.ts';
import { Icon } from '../shell/icons.tsx';
import { METRIC_WORDS, SweepMap } from './SweepMap.tsx';
import { SweepTable } from './SweepTable.tsx';
import './sweep.css';

/** More maps than this would bury the table. */
const MOST_GROUPS = 12;
const MAPS: readonly SweepMetric[] = ['testAccuracy', 'band', 'beta'];

function GroupMaps({ group, isOnly }: { group: SweepGroup; isOnly: boolean }) {
  // Deep linear networks have no accuracy.
  const hasAccuracy = group.cells.flat(2).some(({ testAccuracy }) => testAccuracy !== null);
  const metrics = MAPS.map((metric) => (metric === 'testAccuracy' && !hasAccuracy ? 'trainLoss' : metric));
  const change = changeWords(defaultExperiment(), group.experiment);
  return (
    <div className="sweep-group">
      {(!isOnly || change) && <h3>{change || 'The default experiment'}</h3>}
      <div className="sweep-maps">
        {metrics.map((metric) => (
          <SweepMap key={metric} group={group} metric={metric} />
        ))}
      </div>
    </div>
  );
}

function Opened({ opened: { name, sweep } }: { opened: OpenedSweep }) {
  const groups = useMemo(() => sweepGroups(sweep.runs), [sweep]);
  const [isTableOpen, setIsTableOpen] = useState(false);
  const left = groups.length - MOST_GROUPS;
  return (
    <>
      <header className="sweep-head">
        <h2>Sweep “{name}”</h2>
        <span className="sub">{formatCount(sweep.runs.length)} networks</span>
        <button type="button" className="button quiet" onClick={closeSweep}>
          <Icon name="close" />
          Close
        </button>
      </header>
      <p className="caption">
        Learning rate by normalisation. A cell is the mean over its seeds that did not diverge, and a link to
        the set-up of the first. {METRIC_WORDS.band.help} {METRIC_WORDS.beta.help}
      </p>
      {groups.slice(0, MOST_GROUPS).map((group) => (
        <GroupMaps key={group.cells.flat(2)[0]!.fragment} group={group} isOnly={groups.length === 1} />
      ))}
      {left > 0 && (
        <p className="caption">
          {formatCount(left)} further maps are not drawn; the table has their networks.
        </p>
      )}
      <details onToggle={({ currentTarget }) => setIsTableOpen(currentTarget.open)}>
        <summary>All networks in a table</summary>
        {isTableOpen && <SweepTable runs={sweep.runs} />}
      </details>
    </>
  );
}

export function Sweep() {
  const opened = useVanillaStore(openedSweep, (state) => state.opened);
  useEffect(() => void showKeptSweep(), []);
  if (!opened) return null;
  return (
    <section className="sweep" aria-label="Sweep">
      <Opened opened={opened} key={opened.name} />
    </section>
  );
}
