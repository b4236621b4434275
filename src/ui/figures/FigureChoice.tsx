/** Which figures are shown, over what time, and how smooth. */
import type { View } from '../../store/state.ts';
import { updateView } from '../../store/store.ts';
import { Popover } from '../shell/Popover.tsx';
import { Switch } from '../shell/Switch.tsx';
import { useStore } from '../useStore.ts';
import { SmoothingChoice } from './SmoothingChoice.tsx';
import { figureTitles, toggleFigure } from './titles.ts';
import { ZoomChoice } from './ZoomChoice.tsx';

function Choices() {
  const figures = useStore(({ view }) => view.figures);
  return (
    <fieldset className="figure-choice">
      <legend>Figures shown</legend>
      {[...figureTitles()].map(([name, title]) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={figures === null || figures.includes(name)}
            onChange={() => toggleFigure(name)}
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}

const TIMES = [
  { value: 'steps', label: 'Steps' },
  { value: 'seconds', label: 'Seconds' },
] as const satisfies { value: View['time']; label: string }[];

function TimeChoice() {
  const time = useStore(({ view }) => view.time);
  return (
    <Switch label="Time" value={time} options={TIMES} onChange={(value) => updateView({ time: value })} />
  );
}

export function FigureChoice() {
  return (
    <Popover label="View" trigger="View" triggerClass="button quiet">
      <TimeChoice />
      <ZoomChoice />
      <SmoothingChoice />
      <Choices />
    </Popover>
  );
}
