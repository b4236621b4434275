/** Which figures are shown. */
import { Popover } from '../shell/Popover.tsx';
import { useStore } from '../useStore.ts';
import { figureTitles, toggleFigure } from './titles.ts';

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

export function FigureChoice() {
  return (
    <Popover label="Figures shown" trigger="Figures" triggerClass="button quiet">
      <Choices />
    </Popover>
  );
}
