/** The one raised object of the page: what is asked, what it costs, and the button that asks it. */
import { useId } from 'react';
import { updateView } from '../../store/store.ts';
import { RunBar } from '../run/RunBar.tsx';
import { Icon } from '../shell/icons.tsx';
import { NARROW_CARD, useMediaQuery } from '../useMediaQuery.ts';
import { useStore } from '../useStore.ts';
import { AllSettings } from './AllSettings.tsx';
import { ChangedNote } from './ChangedNote.tsx';
import { CostLine } from './CostLine.tsx';
import { PresetQuestion } from './PresetQuestion.tsx';
import { PresetTabs } from './PresetTabs.tsx';
import { Sentence } from './Sentence.tsx';

function SettingsButton({ settings }: { settings: string }) {
  const isOpen = useStore(({ view }) => view.settingsOpen);
  return (
    <button
      type="button"
      className="button quiet settings-button"
      aria-expanded={isOpen}
      aria-controls={isOpen ? settings : undefined}
      onClick={() => updateView({ settingsOpen: !isOpen })}
    >
      <Icon name="tune" />
      {isOpen ? 'Fewer settings' : 'All settings'}
    </button>
  );
}

export function ExperimentCard() {
  const isOpen = useStore(({ view }) => view.settingsOpen);
  const isNarrow = useMediaQuery(NARROW_CARD);
  const [panel, settings] = [useId(), useId()];
  return (
    <section id="experiment" className="experiment" aria-label="Experiment">
      <div className="card-top">
        <PresetTabs panel={panel} />
        {!isNarrow && <SettingsButton settings={settings} />}
      </div>
      <div id={panel} className="ask" role="tabpanel" aria-label="What is asked">
        <PresetQuestion />
        <Sentence />
        <CostLine />
        {isNarrow && <SettingsButton settings={settings} />}
      </div>
      {isOpen && <AllSettings id={settings} />}
      <ChangedNote />
      <RunBar />
    </section>
  );
}
