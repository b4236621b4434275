/** The time cursor: one step, read in all figures at once. */
import { type PointerEvent, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useXAxisInverseScale, useXAxisTicks, ZIndexLayer } from 'recharts';
import { cursorStep, hoverAt, pinAt, togglePin } from '../../../store/viewActions.ts';
import { formatCount } from '../../format.ts';
import { Glyph } from '../../Marker.tsx';
import type { ReadAt, ReadOut } from '../../series/drawn.ts';
import { useStore } from '../../useStore.ts';
import { usePixels } from './usePixels.ts';

/** Takes the pointer of the plot. A press pins the cursor and a second one frees it; a finger also drags it. */
export function PointerArea() {
  const pixels = usePixels();
  const stepAt = useXAxisInverseScale();
  const area = useRef<SVGRectElement>(null);
  if (!pixels || !stepAt) return null;
  const stepOf = (event: PointerEvent): number => {
    const box = area.current!.getBoundingClientRect();
    return Number(stepAt(pixels.left + event.clientX - box.left));
  };
  return (
    <rect
      ref={area}
      x={pixels.left}
      y={pixels.top}
      width={pixels.right - pixels.left}
      height={pixels.bottom - pixels.top}
      className="pointer-area"
      onPointerMove={(event) => {
        if (event.pointerType === 'mouse') hoverAt(stepOf(event));
        else pinAt(stepOf(event));
      }}
      onPointerDown={(event) => togglePin(stepOf(event))}
      onPointerLeave={() => hoverAt(null)}
    />
  );
}

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
  if (!pixels || step === null || !readOut) return null;
  const x = pixels.x(step);
  return (
    <ZIndexLayer zIndex={ABOVE_AXES}>
      <g className="cursor">
        <line x1={x} x2={x} y1={pixels.top} y2={pixels.bottom} />
        {readOut.rows.flatMap(({ identity, values }) =>
          values
            .filter(Number.isFinite)
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
            readOut={readOut}
            isEarlier={readOut.step < step}
            x={x}
            middle={(pixels.left + pixels.right) / 2}
          />,
          overlay,
        )}
    </ZIndexLayer>
  );
}

const CHARACTER_WIDTH = 7;

/** The step under the axis, on a piece of paper that covers the tick labels in its way, wholly. */
function StepLabel({ x, y, step }: { x: number; y: number; step: number }) {
  const ticks = useXAxisTicks() ?? [];
  const words = `step ${formatCount(step)}`;
  const half = (words.length * CHARACTER_WIDTH) / 2 + 4;
  const covered = ticks
    .map(({ coordinate, value }, i) => tickExtent(coordinate, String(value), i, ticks.length))
    .filter(([from, to]) => from < x + half && to > x - half);
  const left = Math.min(x - half, ...covered.map(([from]) => from));
  const right = Math.max(x + half, ...covered.map(([, to]) => to));
  return (
    <>
      <rect x={left} y={y + 5} width={right - left} height={19} className="cursor-paper" />
      <text x={x} y={y + 18} textAnchor="middle" className="cursor-step">
        {words}
      </text>
    </>
  );
}

/** About where a tick's label begins and ends; the last one carries the unit and ends at its tick. */
function tickExtent(at: number, words: string, index: number, count: number): [number, number] {
  const isLast = index === count - 1;
  const width = (words.length + (isLast ? ' steps'.length : 0)) * CHARACTER_WIDTH + 6;
  if (isLast) return [at - width, at + width / 2];
  return index === 0 ? [at - 3, at + width] : [at - width / 2, at + width / 2];
}

interface TableProps {
  readOut: ReadOut;
  /** The last values are from before the cursor; the table then says from when. */
  isEarlier: boolean;
  x: number;
  middle: number;
}

/** A small table beside the cursor, on the side where there is more room. */
function ReadOutTable({ readOut, isEarlier, x, middle }: TableProps) {
  const side = x > middle ? { right: `calc(100% - ${x - 10}px)` } : { left: `${x + 10}px` };
  return (
    <div className="read-out" style={side}>
      <table>
        <caption className={isEarlier ? '' : 'unseen'}>Step {formatCount(readOut.step)}</caption>
        <tbody>
          {readOut.rows.map(({ identity, text }) => (
            <tr key={identity.id} style={{ color: identity.colour }}>
              <th scope="row">
                <Glyph identity={identity} />
                {identity.short}
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
