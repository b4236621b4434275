/** The figures of the paper that are not in the row of tabs. */
import type { MouseEvent } from 'react';
import type { PresetSize } from '../../experiment/presetSizes.ts';
import type { Preset } from '../../experiment/presets.ts';
import { choosePreset } from '../../store/experimentActions.ts';
import { isBusy } from '../../store/store.ts';
import { Icon } from '../shell/icons.tsx';
import { Popover } from '../shell/Popover.tsx';
import { useStore } from '../useStore.ts';
import { BusyNote } from './BusyNote.tsx';
import { PresetTitle, PresetWords } from './PresetTitle.tsx';

interface MorePresetsProps {
  presets: readonly Preset[];
  /** The one among them that is chosen. */
  chosen: Preset | null;
  size: PresetSize;
}

function close({ currentTarget }: MouseEvent): void {
  currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
}

export function MorePresets({ presets, chosen, size }: MorePresetsProps) {
  const busy = useStore(isBusy);
  return (
    <Popover
      label="More figures of the paper"
      triggerClass={chosen ? 'more-presets chosen' : 'more-presets'}
      trigger={
        <>
          {chosen ? <PresetTitle preset={chosen} whole /> : 'More'}
          <Icon name="down" />
        </>
      }
    >
      <BusyNote />
      {presets.map((preset) => (
        <button
          key={preset.id}
          type="button"
          className="preset-item"
          aria-pressed={preset === chosen}
          disabled={busy}
          onClick={(event) => {
            choosePreset(preset.id, size);
            close(event);
          }}
        >
          <PresetTitle preset={preset} whole />
          <span className="sub">
            <PresetWords text={preset.question} />
          </span>
        </button>
      ))}
    </Popover>
  );
}
