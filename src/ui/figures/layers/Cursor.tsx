/** The time cursor: one step, read in all figures at once. */
import { createPortal } from 'react-dom';
import { ZIndexLayer } from 'recharts';
import { cursorStep } from '../../../store/viewActions.ts';
import { formatCount } from '../../format.ts';
import type { ReadAt } from '../../series/drawn.ts';
import { useStore } from '../../useStore.ts';
import { ReadOutTable } from './ReadOutTable.tsx';
import { StepLabel } from './StepLabel.tsx';
import { usePixels } from './usePixels.ts';

const ABOVE_AXES = 2000;

interface CursorProps {
  readAt: ReadAt;
  /** Where the table of values is put; null where the figure writes the values itself. */
  overlay: HTMLElement | null;
}

export function Cursor({ readAt, overlay }: CursorProps) {
  const pixels = usePixels();
  const step = useStore(cursorStep);
  const readOut = step === null ? null : readAt(step);
  if (!pixels || step === null || !readOut || !pixels.holds(step)) return null;
  const x = pixels.x(step);
  return (
    <ZIndexLayer zIndex={ABOVE_AXES}>
      <g className="cursor">
        <line x1={x} x2={x} y1={pixels.top} y2={pixels.bottom} />
        {readOut.rows.flatMap(({ identity, values }) =>
          values
            .filter((value) => Number.isFinite(value) && pixels.holds(readOut.step))
            .map((value, i) => (
              <circle
                key={`${identity.id} ${i === 0 ? 'low' : 'high'}`}
                cx={pixels.x(readOut.step)}
                cy={pixels.y(value)}
                r={3}
                stroke={identity.colour}
              />
            )),
        )}
        <StepLabel x={x} y={pixels.bottom} step={step} />
      </g>
      {overlay &&
        createPortal(
          <ReadOutTable
            rows={readOut.rows}
            title={`Step ${formatCount(readOut.step)}`}
            isTitleHidden={readOut.step === step}
            x={x}
            middle={(pixels.left + pixels.right) / 2}
          />,
          overlay,
        )}
    </ZIndexLayer>
  );
}
