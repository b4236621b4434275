/** Takes the pointer of a plot. A press pins the cursor and a second one frees it; a finger also drags it. */
import { type PointerEvent, useContext, useRef } from 'react';
import { useXAxisInverseScale } from 'recharts';
import { hoverAt, pinAt, togglePin } from '../../../store/viewActions.ts';
import { TimeMapContext } from '../timeAxis.ts';
import { usePixels } from './usePixels.ts';

/** A finger that moves less than this between two events is pressing, not dragging. */
const DRAG_PX = 2;

export function PointerArea() {
  const pixels = usePixels();
  const stepAt = useXAxisInverseScale();
  const time = useContext(TimeMapContext);
  const area = useRef<SVGRectElement>(null);
  if (!pixels || !stepAt) return null;
  const stepOf = (event: PointerEvent): number => {
    const box = area.current!.getBoundingClientRect();
    return time.toStep(Number(stepAt(pixels.left + event.clientX - box.left)));
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
        else if (Math.abs(event.movementX) >= DRAG_PX) pinAt(stepOf(event));
      }}
      onPointerDown={(event) => togglePin(stepOf(event))}
      onPointerLeave={() => hoverAt(null)}
    />
  );
}
