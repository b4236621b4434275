/** The figures of the paper as tabs, six of them in the row. Arrow keys move along it, Enter or Space chooses. */
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import type { PresetSize } from '../../experiment/presetSizes.ts';
import { PRESETS, type Preset } from '../../experiment/presets.ts';
import { choosePreset } from '../../store/experimentActions.ts';
import { isBusy } from '../../store/store.ts';
import { useStore } from '../useStore.ts';
import { MorePresets } from './MorePresets.tsx';
import { PresetTitle } from './PresetTitle.tsx';
import { usePreset } from './usePreset.ts';

const IN_THE_ROW = ['speed', 'noise', 'shift', 'landscape', 'norms', 'landscape-linear'];
const MAIN = PRESETS.filter(({ id }) => IN_THE_ROW.includes(id));
const MORE = PRESETS.filter(({ id }) => !IN_THE_ROW.includes(id));

/** Which tab a key leads to from the one at `index`, or null. */
export function tabAfter(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count;
    case 'ArrowLeft':
      return (index + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

interface TabProps {
  preset: Preset;
  size: PresetSize;
  panel: string;
  isSelected: boolean;
  /** One tab of the row is reached with the Tab key, the others from it with arrows. */
  isStop: boolean;
}

function Tab({ preset, size, panel, isSelected, isStop }: TabProps) {
  const busy = useStore(isBusy);
  return (
    <button
      type="button"
      role="tab"
      aria-selected={isSelected}
      aria-controls={panel}
      aria-disabled={busy}
      tabIndex={isStop ? 0 : -1}
      title={`Figure ${preset.figure}: ${preset.question}`}
      onClick={() => !busy && choosePreset(preset.id, size)}
    >
      <PresetTitle preset={preset} />
    </button>
  );
}

/** Brings the chosen tab into the sight of a row that scrolls. */
function useChosenInSight(place: RefObject<HTMLElement | null>, chosen: string | undefined): void {
  useEffect(() => {
    const tab = chosen && place.current?.querySelector<HTMLElement>('[aria-selected=true], .chosen');
    if (!tab || !place.current) return;
    const { offsetLeft, offsetWidth } = tab;
    place.current.scrollLeft = offsetLeft + offsetWidth / 2 - place.current.clientWidth / 2;
  }, [place, chosen]);
}

export function PresetTabs({ panel }: { panel: string }) {
  const match = usePreset();
  const place = useRef<HTMLDivElement>(null);
  useChosenInSight(place, match?.preset.id);
  const size = match?.size ?? 'lab';
  const selected = MAIN.findIndex(({ id }) => id === match?.preset.id);
  const move = (event: KeyboardEvent): void => {
    const tabs = [...place.current!.querySelectorAll<HTMLElement>('[role=tab]')];
    const to = tabAfter(event.key, tabs.indexOf(document.activeElement as HTMLElement), tabs.length);
    if (to === null) return;
    event.preventDefault();
    tabs[to]?.focus();
  };
  return (
    <div ref={place} className="presets">
      <div className="preset-row" role="tablist" aria-label="Figures of the paper" onKeyDown={move}>
        {MAIN.map((preset, i) => (
          <Tab
            key={preset.id}
            preset={preset}
            size={size}
            panel={panel}
            isSelected={i === selected}
            isStop={i === Math.max(0, selected)}
          />
        ))}
      </div>
      <MorePresets presets={MORE} chosen={selected < 0 ? (match?.preset ?? null) : null} size={size} />
    </div>
  );
}
