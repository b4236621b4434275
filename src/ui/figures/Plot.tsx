/** Axes, grid and the layers on them. Every figure is one or more plots. */
import { type ReactNode, useContext, useMemo } from 'react';
import { CartesianGrid, ComposedChart, XAxis, YAxis } from 'recharts';
import { formatStepTick, formatTick } from '../format.ts';
import type { Axis } from '../series/axis.ts';
import { FigureLabel } from './label.ts';

const AXIS_HEIGHT = 26;
const TOP = 10;
const LEAST_TICK_ROOM = 34;
const DIGIT_WIDTH = 7;

/** The room at the left that the labels of a value axis need. */
export function tickRoom({ ticks }: Axis, format: (value: number) => string = formatTick): number {
  const longest = Math.max(...ticks.map((tick) => format(tick).length));
  return Math.max(LEAST_TICK_ROOM, 10 + longest * DIGIT_WIDTH);
}

const UNIT = ' steps';
/** Room that the label of a step tick takes, by number of characters, with what keeps it from its neighbour. */
const labelWidth = (label: string): number => label.length * DIGIT_WIDTH + 8;

interface TickProps {
  x: number | string;
  y: number | string;
  index: number;
  payload: { value: number };
  visibleTicksCount: number;
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
  formatY?: ((value: number) => string) | undefined;
  children: ReactNode;
}

/** The ticks that fit: the last label, which ends at its tick and may carry the unit, pushes out the one before it. */
function stepTicks({ domain, ticks }: Axis, plotWidth: number, hasUnit: boolean): number[] {
  const [last = 0, before = 0] = [ticks.at(-1), ticks.at(-2)];
  const gap = ((last - before) / (domain[1] - domain[0])) * plotWidth;
  const wanted =
    labelWidth(formatStepTick(last) + (hasUnit ? UNIT : '')) + labelWidth(formatStepTick(before)) / 2;
  return ticks.length > 2 && gap < wanted ? ticks.filter((tick) => tick !== before) : [...ticks];
}

function StepTick({ tick, end, hasUnit }: { tick: TickProps; end: number; hasUnit: boolean }) {
  const { payload, index, visibleTicksCount } = tick;
  const isLast = index === visibleTicksCount - 1;
  const anchor = isLast && payload.value === end ? 'end' : index === 0 ? 'start' : 'middle';
  return (
    <text x={tick.x} y={Number(tick.y) + 10} textAnchor={anchor} className="tick">
      {formatStepTick(payload.value)}
      {isLast && hasUnit ? UNIT : ''}
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
  formatY,
}: PlotProps) {
  const left = hasTickLabels ? tickRoom(y, formatY) : 1;
  return {
    left,
    margin: useMemo(() => ({ top: TOP, right, bottom: 0, left: 0 }), [right]),
    steps: useMemo(
      () => ({
        domain: [...x.domain],
        ticks: stepTicks(x, width - left - right, hasUnit),
        tick: (tick: TickProps) => <StepTick tick={tick} end={x.domain[1]} hasUnit={hasUnit} />,
      }),
      [x, width, left, right, hasUnit],
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
        {props.children}
      </ComposedChart>
    </div>
  );
}
