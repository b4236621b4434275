/** Axes, grid and the layers on them. Every figure is one or more plots. */
import { type ReactNode, useCallback, useContext, useMemo } from 'react';
import { CartesianGrid, ComposedChart, XAxis, YAxis } from 'recharts';
import { formatStepTick, formatTick } from '../format.ts';
import type { Axis } from '../series/axis.ts';
import { FigureLabel } from './label.ts';
import { Turn } from './Turn.tsx';

const AXIS_HEIGHT = 26;
const TOP = 10;
const LEAST_TICK_ROOM = 34;
const DIGIT_WIDTH = 7;

/** The room at the left that the labels of a value axis need. */
export function tickRoom({ ticks }: Axis, format: (value: number) => string = formatTick): number {
  const longest = Math.max(...ticks.map((tick) => format(tick).length));
  return Math.max(LEAST_TICK_ROOM, 10 + longest * DIGIT_WIDTH);
}

/** Room that the label under a tick takes, by number of characters, with what keeps it from its neighbour. */
const labelWidth = (label: string): number => label.length * DIGIT_WIDTH + 8;

interface TickProps {
  x: number | string;
  y: number | string;
  payload: { value: number };
}

export interface PlotProps {
  width: number;
  height: number;
  /** Tells a panel from its neighbours. */
  name?: string;
  x: Axis;
  y: Axis;
  /** Room for labels at the right of the plot. */
  right?: number;
  /** Panels beside the first repeat the grid but not its labels. */
  hasTickLabels?: boolean;
  hasUnit?: boolean;
  /** What is written after the last tick. */
  unit?: string | undefined;
  formatX?: ((value: number) => string) | undefined;
  formatY?: ((value: number) => string) | undefined;
  children: ReactNode;
}

/** Where on an axis a value lies: 0 at its begin, 1 at its end. */
function shareOf({ scale, domain: [from, to] }: Axis, value: number): number {
  return scale === 'log' ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
}

/** The ticks that fit: the last label, which ends at its tick and carries the unit, pushes out the one before it. */
function fittingTicks(x: Axis, plotWidth: number, words: (tick: number) => string): number[] {
  const { ticks } = x;
  const [last = 0, before = 0] = [ticks.at(-1), ticks.at(-2)];
  const gap = (shareOf(x, last) - shareOf(x, before)) * plotWidth;
  const wanted = labelWidth(words(last)) + labelWidth(words(before)) / 2;
  return ticks.length > 2 && gap < wanted ? ticks.filter((tick) => tick !== before) : [...ticks];
}

interface HorizontalTickProps {
  tick: TickProps;
  domain: Axis['domain'];
  words: string;
  /** Where the drawing ends; a label that would be cut there ends there. */
  end: number;
}

function HorizontalTick({ tick, domain, words, end }: HorizontalTickProps) {
  const { payload, y } = tick;
  const isCut = Number(tick.x) + labelWidth(words) / 2 > end;
  const isLast = isCut || payload.value === domain[1];
  const anchor = isLast ? 'end' : payload.value === domain[0] ? 'start' : 'middle';
  const x = isCut && payload.value !== domain[1] ? end : tick.x;
  return (
    <text x={x} y={Number(y) + 10} textAnchor={anchor} className="tick">
      {words}
    </text>
  );
}

function ValueTick({ tick, format }: { tick: TickProps; format: (value: number) => string }) {
  return (
    <text x={tick.x} y={Number(tick.y) + 4} textAnchor="end" className="tick">
      {format(tick.payload.value)}
    </text>
  );
}

const LINE = { stroke: 'var(--control)' };

/** Settings that keep their identity as long as they say the same: recharts lays out again for new ones. */
function useAxisSettings({
  width,
  x,
  y,
  right = 0,
  hasTickLabels = true,
  hasUnit = true,
  unit = 'steps',
  formatX = formatStepTick,
  formatY,
}: PlotProps) {
  const left = hasTickLabels ? tickRoom(y, formatY) : 1;
  const last = x.ticks.at(-1);
  const words = useCallback(
    (tick: number): string => formatX(tick) + (hasUnit && tick === last ? ` ${unit}` : ''),
    [formatX, hasUnit, last, unit],
  );
  return {
    left,
    margin: useMemo(() => ({ top: TOP, right, bottom: 0, left: 0 }), [right]),
    steps: useMemo(
      () => ({
        scale: x.scale,
        domain: [...x.domain],
        ticks: fittingTicks(x, width - left - right, words),
        tick: (tick: TickProps) => (
          <HorizontalTick tick={tick} domain={x.domain} words={words(tick.payload.value)} end={width} />
        ),
      }),
      [x, width, left, right, words],
    ),
    values: useMemo(
      () => ({
        domain: [...y.domain],
        ticks: [...y.ticks],
        tick: (tick: TickProps) =>
          hasTickLabels ? <ValueTick tick={tick} format={formatY ?? formatTick} /> : <g />,
      }),
      [y, hasTickLabels, formatY],
    ),
  };
}

export function Plot(props: PlotProps) {
  const { left, margin, steps, values } = useAxisSettings(props);
  const label = useContext(FigureLabel);
  return (
    <div role="img" aria-label={props.name ? `${label} ${props.name}.` : label}>
      <ComposedChart width={props.width} height={props.height} margin={margin} accessibilityLayer={false}>
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis
          type="number"
          dataKey="step"
          niceTicks="none"
          {...steps}
          allowDataOverflow
          interval={0}
          height={AXIS_HEIGHT}
          axisLine={LINE}
          tickLine={LINE}
          tickSize={4}
        />
        <YAxis
          type="number"
          scale={props.y.scale}
          niceTicks="none"
          {...values}
          allowDataOverflow
          interval={0}
          width={left}
          axisLine={false}
          tickLine={false}
        />
        <Turn>{props.children}</Turn>
      </ComposedChart>
    </div>
  );
}
