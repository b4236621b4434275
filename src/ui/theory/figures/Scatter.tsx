/** One side of a statement against the other, a mark a unit; the diagonal is equality. */
import type { PointerEvent } from 'react';
import { formatTick } from '../../format.ts';
import { type Axis, axisAround } from '../../series/axis.ts';
import type { Choice } from '../UnitTable.tsx';
import { Beyond, Mark, type MarkLook } from './marks.tsx';

export interface ScatterSeries {
  look: MarkLook;
  /** A number a unit, or null where this series has none. */
  y: readonly (number | null)[];
}

interface ScatterProps extends Choice {
  width: number;
  height: number;
  x: readonly number[];
  xLabel: string;
  series: readonly ScatterSeries[];
  /** What cannot be: hatched below zero. */
  forbidsNegative?: boolean;
}

const MARGIN = { left: 38, right: 10, top: 8, bottom: 38 };
/** Points further from zero than this times the largest x are put on the edge. */
const REACH = 1.1;
/** Room beyond the outermost points. */
const PADDING = 0.05;

interface Scales {
  x: (value: number) => number;
  y: (value: number) => number;
  xAxis: Axis;
  yAxis: Axis;
}

const finite = (values: readonly (number | null)[]): number[] =>
  values.filter((value): value is number => value !== null && Number.isFinite(value));

/** Just around the values and zero, with round ticks. */
function tightAxis(values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values, 0), Math.max(...values, 0) || 1];
  const room = PADDING * (high - low);
  const domain = [low === 0 ? 0 : low - room, high + room] as const;
  const ticks = axisAround(low, high, 'linear').ticks.filter(
    (tick) => tick >= domain[0] && tick <= domain[1],
  );
  return { scale: 'linear', domain, ticks };
}

function scalesOf({ x, series, width, height }: ScatterProps): Scales {
  const xAxis = tightAxis(finite(x));
  const reach = REACH * Math.max(...xAxis.domain.map(Math.abs));
  const all = series.flatMap(({ y }) => finite(y));
  const yAxis = tightAxis(all.filter((value) => Math.abs(value) <= reach));
  const along =
    ({ domain: [low, high] }: Axis, from: number, to: number) =>
    (value: number) =>
      from + ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * (to - from);
  return {
    x: along(xAxis, MARGIN.left, width - MARGIN.right),
    y: along(yAxis, height - MARGIN.bottom, MARGIN.top),
    xAxis,
    yAxis,
  };
}

function Grid({
  scales: { x, y, xAxis, yAxis },
  width,
  height,
  xLabel,
}: { scales: Scales } & Pick<ScatterProps, 'width' | 'height' | 'xLabel'>) {
  const bottom = height - MARGIN.bottom;
  return (
    <>
      {yAxis.ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={y(tick)}
            y2={y(tick)}
            stroke={tick === 0 ? 'var(--control)' : 'var(--grid)'}
          />
          <text x={MARGIN.left - 8} y={y(tick) + 4} textAnchor="end">
            {formatTick(tick)}
          </text>
        </g>
      ))}
      {xAxis.ticks.map((tick) => (
        <text key={tick} x={x(tick)} y={bottom + 16} textAnchor="middle">
          {formatTick(tick)}
        </text>
      ))}
      <text x={width - MARGIN.right} y={bottom + 33} textAnchor="end">
        {xLabel}
      </text>
    </>
  );
}

function Hatch({ scales: { y, yAxis }, width }: { scales: Scales; width: number }) {
  if (yAxis.domain[0] >= 0) return null;
  return (
    <>
      <defs>
        <pattern
          id="below-zero"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line y2="6" stroke="var(--hairline)" strokeWidth="2" />
        </pattern>
      </defs>
      <rect
        x={MARGIN.left}
        y={y(0)}
        width={width - MARGIN.left - MARGIN.right}
        height={y(yAxis.domain[0]) - y(0)}
        fill="url(#below-zero)"
      />
    </>
  );
}

/** The diagonal, as far as both axes reach. */
function Equality({ scales: { x, y, xAxis, yAxis } }: { scales: Scales }) {
  const low = Math.max(xAxis.domain[0], yAxis.domain[0]);
  const high = Math.min(xAxis.domain[1], yAxis.domain[1]);
  return (
    <line x1={x(low)} y1={y(low)} x2={x(high)} y2={y(high)} stroke="var(--ink-3)" strokeDasharray="2 3" />
  );
}

interface UnitMarksProps extends Pick<ScatterProps, 'series'> {
  scales: Scales;
  x: number;
  unit: number;
  isChosen?: boolean;
}

function UnitMarks({ x, unit, series, scales: { y, yAxis }, isChosen = false }: UnitMarksProps) {
  const [low, high] = yAxis.domain;
  return series.map(({ look, y: values }) => {
    const value = values[unit];
    if (value === null || value === undefined || !Number.isFinite(value)) return null;
    return value < low || value > high ? (
      <Beyond key={look} x={x} y={y(value)} isUp={value > high} />
    ) : (
      <Mark key={look} look={look} x={x} y={y(value)} isChosen={isChosen} />
    );
  });
}

export function Scatter(props: ScatterProps) {
  const { width, height, x, series, chosen, onChoose, forbidsNegative = false } = props;
  const scales = scalesOf(props);
  const onPointerMove = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const distances = x.map((value, unit) =>
      Math.min(
        ...series
          .map(({ y }) => Math.hypot(scales.x(value) - px, scales.y(y[unit] ?? Number.NaN) - py))
          .filter(Number.isFinite),
      ),
    );
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest >= 0 && nearest !== chosen) onChoose(nearest);
  };
  const units = x.map((value, unit) => ({ unit, place: scales.x(value) }));
  return (
    <svg className="drawing" width={width} height={height} onPointerMove={onPointerMove} aria-hidden="true">
      {forbidsNegative && <Hatch scales={scales} width={width} />}
      <Grid scales={scales} {...props} />
      <Equality scales={scales} />
      {units.map(({ unit, place }) => (
        <UnitMarks key={unit} x={place} unit={unit} series={series} scales={scales} />
      ))}
      <UnitMarks x={units[chosen]!.place} unit={chosen} series={series} scales={scales} isChosen />
    </svg>
  );
}
