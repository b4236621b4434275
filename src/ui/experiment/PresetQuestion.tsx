/** What the chosen figure asks, where the page answers it, and in which size it runs. */

import type { PresetSize } from '../../experiment/presetSizes.ts';
import type { PageSection } from '../../experiment/presets.ts';
import { choosePreset } from '../../store/experimentActions.ts';
import { isBusy } from '../../store/store.ts';
import { Switch } from '../shell/Switch.tsx';
import { useStore } from '../useStore.ts';
import { PresetWords } from './PresetTitle.tsx';
import { usePreset } from './usePreset.ts';

const SIZES = [
  { value: 'lab', label: 'Lab size' },
  { value: 'paper', label: 'Paper size' },
] as const satisfies { value: PresetSize; label: string }[];

/** Scrolls to the first of the sections that is on the page; some wait for their data. */
function goTo(sections: readonly PageSection[]): void {
  const found = sections.map((id) => document.getElementById(id)).find((section) => section !== null);
  found?.scrollIntoView();
}

export function PresetQuestion() {
  const match = usePreset();
  const busy = useStore(isBusy);
  if (!match)
    return (
      <div className="preset-question">
        <p>An experiment of your own, which is no figure of the paper.</p>
      </div>
    );
  const { preset, size, isExact } = match;
  return (
    <div className="preset-question">
      <p>
        <PresetWords text={preset.question} />{' '}
        <button type="button" className="go-to" onClick={() => goTo(preset.sections)}>
          Fig. {preset.figure}
        </button>
        {!isExact && <span className="sub">, its length changed</span>}
      </p>
      <Switch
        label="Size"
        value={isExact ? size : null}
        options={SIZES}
        isDisabled={busy}
        onChange={(value) => choosePreset(preset.id, value)}
      />
    </div>
  );
}
