/** Reads a plot whose horizontal axis is not time, where the pointer is. */
import { type PointerEvent, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useXAxisInverseScale, ZIndexLayer } from 'recharts';
import type { ReadAt } from '../../series/drawn.ts';
import { ReadOutTable } from './ReadOutTable.tsx';
import { usePixels } from './usePixels.ts';

const ABOVE_AXES = 2000;

interface HoverCursorProps {
  readAt: ReadAt;
  /** Names the place that is read. */
  title: (place: number) => string;
  overlay: HTMLElement | null;
}

export function HoverCursor({ readAt, title, overlay }: HoverCursorProps) {
  const pixels = usePixels();
  const placeAt = useXAxisInverseScale();
  const area = useRef<SVGRectElement>(null);
  const [place, setPlace] = useState<number | null>(null);
  if (!pixels || !placeAt) return null;
  const follow = (event: PointerEvent): void => {
    const box = area.current!.getBoundingClientRect();
    setPlace(Number(placeAt(pixels.left + event.clientX - box.left)));
  };
  const readOut = place === null ? null : readAt(place);
  return (
    <ZIndexLayer zIndex={ABOVE_AXES}>
      {readOut && (
        <g className="cursor">
          <line x1={pixels.x(readOut.step)} x2={pixels.x(readOut.step)} y1={pixels.top} y2={pixels.bottom} />
        </g>
      )}
      <rect
        ref={area}
        x={pixels.left}
        y={pixels.top}
        width={pixels.right - pixels.left}
        height={pixels.bottom - pixels.top}
        className="pointer-area"
        onPointerMove={follow}
        onPointerDown={follow}
        onPointerLeave={() => setPlace(null)}
      />
      {readOut &&
        overlay &&
        createPortal(
          <ReadOutTable
            rows={readOut.rows}
            title={title(readOut.step)}
            isTitleHidden={false}
            x={pixels.x(readOut.step)}
            middle={(pixels.left + pixels.right) / 2}
          />,
          overlay,
        )}
    </ZIndexLayer>
  );
}
