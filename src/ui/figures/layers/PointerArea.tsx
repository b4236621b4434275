/**
 * Takes the pointer of a plot. A press pins the cursor and a second one frees it; the mouse zooms where it is dragged; a
 * finger drags the cursor.
 */
import { type PointerEvent, useContext, useRef, useState } from 'react';
import { ReferenceArea, useXAxisInverseScale } from 'recharts';
import { hoverAt, pinAt, togglePin } from '../../../store/viewActions.ts';
import { zoomTo } from '../../../store/zoomActions.ts';
import { useStore } from '../../useStore.ts';
import { TimeMapContext } from '../timeAxis.ts';
import { usePixels } from './usePixels.ts';

/** A finger that moves less than this between two events is pressing, not dragging. */
const DRAG_PX = 2;
/** A mouse that moves less than this while it is pressed is pressing. */
const SELECT_PX = 6;

/** Places on the axis. */
interface Selection {
  from: number;
  to: number;
}

export function PointerArea() {
  const pixels = usePixels();
  const placeOf = useXAxisInverseScale();
  const time = useContext(TimeMapContext);
  const area = useRef<SVGRectElement>(null);
  const pressedAt = useRef<number | null>(null);
  const [selection, setSelection] = useState<Selection | null>(null);
  // The figures of a lecture show whole runs.
  const canZoom = useStore(({ view }) => view.page === 'lab');
  if (!pixels || !placeOf) return null;
  const width = pixels.right - pixels.left;
  const offsetOf = (event: PointerEvent): number =>
    Math.max(0, Math.min(width, event.clientX - area.current!.getBoundingClientRect().left));
  const placeAt = (offset: number): number => Number(placeOf(pixels.left + offset));
  const stepOf = (event: PointerEvent): number => time.toStep(placeAt(offsetOf(event)));
  const select = (event: PointerEvent, from: number): void => {
    const to = offsetOf(event);
    if (!selection && Math.abs(to - from) < SELECT_PX) return;
    hoverAt(null);
    setSelection({ from: placeAt(from), to: placeAt(to) });
  };
  const end = (): void => {
    pressedAt.current = null;
    setSelection(null);
  };
  return (
    <>
      {selection && (
        <ReferenceArea
          x1={selection.from}
          x2={selection.to}
          className="zoom-selection"
          fill="var(--ink)"
          fillOpacity={0.08}
        />
      )}
      <rect
        ref={area}
        x={pixels.left}
        y={pixels.top}
        width={width}
        height={pixels.bottom - pixels.top}
        className="pointer-area"
        onPointerMove={(event) => {
          if (pressedAt.current !== null) select(event, pressedAt.current);
          else if (event.pointerType === 'mouse') hoverAt(stepOf(event));
          else if (Math.abs(event.movementX) >= DRAG_PX) pinAt(stepOf(event));
        }}
        onPointerDown={(event) => {
          if (event.pointerType !== 'mouse' || !canZoom) togglePin(stepOf(event));
          else if (event.button === 0) {
            pressedAt.current = offsetOf(event);
            event.currentTarget.setPointerCapture(event.pointerId);
          }
        }}
        onPointerUp={(event) => {
          if (selection) zoomTo([time.toStep(selection.from), time.toStep(selection.to)]);
          else if (pressedAt.current !== null) togglePin(stepOf(event));
          end();
        }}
        onPointerCancel={end}
        onPointerLeave={() => hoverAt(null)}
      />
    </>
  );
}
