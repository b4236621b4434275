/** The ridges of one network: a row a recording, early ones pale and at the back. Moves and follows the time cursor. */
import { memo, type PointerEvent, useContext, useMemo, useRef } from 'react';
import { cursorStep, hoverAt, togglePin } from '../../../store/viewActions.ts';
import { formatStepTick, formatTick, formatValue } from '../../format.ts';
import { Glyph } from '../../Marker.tsx';
import { momentsAt, POINTS, type Ridge, type RidgePanelData } from '../../series/ridges.ts';
import { indexAt } from '../../series/search.ts';
import type { Shown } from '../../series/shown.ts';
import { useStore } from '../../useStore.ts';
import { FigureLabel } from '../label.ts';

/** The typical row is so many rows high; none is higher than the cut. */
const TYPICAL_ROWS = 2.2;
const CUT_ROWS = 5;
const AXIS_HEIGHT = 24;
const PALEST = 0.4;
/** A head narrower than this has room for a name alone. */
const NARROW_HEAD_PX = 150;

interface Frame {
  left: number;
  right: number;
  base: number;
  rowHeight: number;
  y(row: number): number;
}

function frameOf(width: number, height: number, stepRoom: number, rows: number): Frame {
  const base = height - AXIS_HEIGHT;
  const rowHeight = base / (Math.max(1, rows - 1) + CUT_ROWS);
  return {
    left: stepRoom,
    right: width,
    base,
    rowHeight,
    y: (row) => base - (rows - 1 - row) * rowHeight,
  };
}

/** The points of a density on its row; cut where it would reach too high. */
function pointsOf(density: readonly number[], unit: number, row: number, frame: Frame): string[] {
  const { left, right, rowHeight } = frame;
  return density.map((value, i) => {
    const x = left + ((right - left) * i) / (POINTS - 1);
    const rows = Math.min(CUT_ROWS, (TYPICAL_ROWS * value) / unit);
    return `${x.toFixed(1)} ${(frame.y(row) - rows * rowHeight).toFixed(1)}`;
  });
}

const outline = (...density: Parameters<typeof pointsOf>): string => `M${pointsOf(...density).join('L')}`;

/** Between the outlines of the smallest and the largest density over the seeds. */
function rangeArea({ range }: Ridge, unit: number, row: number, frame: Frame): string {
  if (!range) return '';
  const upper = pointsOf(range.high, unit, row, frame);
  const lower = pointsOf(range.low, unit, row, frame).reverse();
  return `M${[...upper, ...lower].join('L')}Z`;
}

interface RowsProps {
  panel: RidgePanelData;
  frame: Frame;
}

const Rows = memo(function Rows({ panel: { identity, ridges, unit }, frame }: RowsProps) {
  const { left, right } = frame;
  return ridges.map((ridge, row) => {
    if (!ridge) return null;
    const strength = PALEST + (1 - PALEST) * (ridges.length < 2 ? 1 : row / (ridges.length - 1));
    const line = outline(ridge.density, unit, row, frame);
    const area = `${line}L${right} ${frame.y(row)}L${left} ${frame.y(row)}Z`;
    return (
      <g key={ridge.step} strokeLinejoin="round">
        <path d={area} fill="var(--paper)" />
        <path d={area} fill={identity.colour} className="band" opacity={strength} />
        {ridge.range && (
          <path d={rangeArea(ridge, unit, row, frame)} fill={identity.colour} className="range" />
        )}
        <path
          d={ridge.single.map((one) => outline(one, unit, row, frame)).join('')}
          fill="none"
          stroke={identity.colour}
          strokeWidth={0.7}
          className="trace"
        />
        <path d={line} fill="none" stroke={identity.colour} strokeWidth={1.1} opacity={strength} />
      </g>
    );
  });
});

/** The first, the middle and the last step; at the cursor its own. */
function StepLabels({
  steps,
  cursor,
  frame,
}: {
  steps: readonly number[];
  cursor: number | null;
  frame: Frame;
}) {
  const last = steps.length - 1;
  const rows = [...new Set([0, last >> 1, last])].filter(
    (row) => cursor === null || row === cursor || Math.abs(row - cursor) * frame.rowHeight > 13,
  );
  const all = cursor === null || rows.includes(cursor) ? rows : [...rows, cursor];
  return all.map((row) => (
    <text key={row} x={0} y={frame.y(row) + 4} className={row === cursor ? 'cursor-step' : ''}>
      {formatStepTick(steps[row]!)}
    </text>
  ));
}

/** The ends of the axis, and 0 where there is room for it. */
function ValueLabels({ panel: { x }, frame }: RowsProps) {
  const [from, to] = x.domain;
  const place = (tick: number): number =>
    frame.left + ((frame.right - frame.left) * (tick - from)) / (to - from);
  const room = (tick: number): boolean => Math.min(place(tick) - frame.left, frame.right - place(tick)) > 36;
  const ticks = [from, ...(from < 0 && to > 0 && room(0) ? [0] : []), to];
  return ticks.map((tick) => (
    <g key={tick}>
      <line x1={place(tick)} x2={place(tick)} y1={frame.y(0)} y2={frame.base} className="grid-line" />
      <text
        x={place(tick)}
        y={frame.base + 18}
        textAnchor={tick === from ? 'start' : tick === to ? 'end' : 'middle'}
      >
        {tick > 0 ? '+' : ''}
        {formatTick(tick)}
      </text>
    </g>
  ));
}

function Head({
  one,
  layerIndex,
  width,
  indent,
}: {
  one: Shown;
  layerIndex: number;
  width: number;
  indent: number;
}) {
  const step = useStore(cursorStep);
  const moments = momentsAt(one, layerIndex, step ?? Number.POSITIVE_INFINITY);
  const isNarrow = width < NARROW_HEAD_PX;
  const isWide = width > 1.5 * NARROW_HEAD_PX;
  return (
    <p className="panel-head" style={{ paddingLeft: indent }}>
      <span className="panel-name" style={{ color: one.identity.colour }}>
        <Glyph identity={one.identity} />
        {one.identity.short}
      </span>
      {moments && !isNarrow && (
        <span className="panel-number">
          {isWide && `μ ${formatValue(moments.mean)} `}σ {formatValue(moments.deviation)}
        </span>
      )}
    </p>
  );
}

interface RidgePanelProps {
  panel: RidgePanelData;
  layerIndex: number;
  steps: readonly number[];
  /** Room for the steps at the left; 0 where a panel beside shows them. */
  stepRoom: number;
  width: number;
  height: number;
}

/** The row of the last recording up to the cursor. */
function cursorRow(
  ridges: readonly (Ridge | null)[],
  steps: readonly number[],
  step: number | null,
): number | null {
  const row = step === null ? null : indexAt(steps, step);
  return row === null || !ridges[row] ? null : row;
}

export function RidgePanel({ panel, layerIndex, steps, stepRoom, width, height }: RidgePanelProps) {
  const label = useContext(FigureLabel);
  const area = useRef<SVGRectElement>(null);
  const frame = useMemo(
    () => frameOf(width, height, stepRoom, steps.length),
    [width, height, stepRoom, steps],
  );
  const step = useStore(cursorStep);
  const row = cursorRow(panel.ridges, steps, step);
  const stepOf = (event: PointerEvent): number => {
    const y = event.clientY - area.current!.getBoundingClientRect().top;
    const nearest = Math.round(steps.length - 1 - (frame.base - y) / frame.rowHeight);
    return steps[Math.max(0, Math.min(steps.length - 1, nearest))]!;
  };
  return (
    <div className="panel" style={{ width }}>
      <Head one={panel} layerIndex={layerIndex} width={width - stepRoom} indent={stepRoom} />
      <svg width={width} height={height} role="img" aria-label={`${label} ${panel.identity.label}.`}>
        <ValueLabels panel={panel} frame={frame} />
        <Rows panel={panel} frame={frame} />
        {row !== null && (
          <path
            d={outline(panel.ridges[row]!.density, panel.unit, row, frame)}
            fill="none"
            className="cursor-ridge"
          />
        )}
        {stepRoom > 0 && <StepLabels steps={steps} cursor={row} frame={frame} />}
        <rect
          ref={area}
          x={frame.left}
          width={frame.right - frame.left}
          height={frame.base}
          className="pointer-area"
          onPointerMove={(event) => event.pointerType === 'mouse' && hoverAt(stepOf(event))}
          onPointerDown={(event) => togglePin(stepOf(event))}
          onPointerLeave={() => hoverAt(null)}
        />
      </svg>
    </div>
  );
}
