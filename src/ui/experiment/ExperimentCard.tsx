/** The one raised object of the page: what is asked, and the button that asks it. */
import { useId } from 'react';
import { updateView } from '../../store/store.ts';
import { RunBar } from '../run/RunBar.tsx';
import { Icon } from '../shell/icons.tsx';
import { useStore } from '../useStore.ts';
import { AllSettings } from './AllSettings.tsx';
import { ChangedNote } from './ChangedNote.tsx';
import { Sentence } from './Sentence.tsx';

export function ExperimentCard() {
  const isOpen = useStore(({ view }) => view.settingsOpen);
  const id = useId();
  return (
    <section className="experiment" aria-label="Experiment">
      <div className="ask">
        <Sentence />
        <button
          type="button"
          className="button quiet settings-button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? id : undefined}
          onClick={() => updateView({ settingsOpen: !isOpen })}
        >
          <Icon name="tune" />
          {isOpen ? 'Fewer settings' : 'All settings'}
        </button>
      </div>
      {isOpen && <AllSettings id={id} />}
      <ChangedNote />
      <RunBar />
    </section>
  );
}
