/** What the layers of a plot draw: each thing with the identity of its network. */
import type { Identity } from '../identity.ts';
import type { Edges } from './band.ts';
import type { LineSeries } from './line.ts';

export interface DrawnLine {
  identity: Identity;
  series: LineSeries;
}

export interface DrawnBand {
  identity: Identity;
  edges: Edges;
  /** Every probe's upper edge, faint behind a calmed band. */
  trace: Edges | null;
}

/** A mark at the edge of a plot for a value that has no height in it. */
export interface EdgeMark {
  identity: Identity;
  step: number;
  edge: 'top' | 'bottom';
}

/** Where a network diverged. */
export interface End {
  identity: Identity;
  step: number;
}

/** A name at the end of a line. */
export interface EndLabel {
  identity: Identity;
  words: string;
  step: number;
  value: number;
}

export interface ReadOutRow {
  identity: Identity;
  text: string;
  /** The values, as heights for dots on the curves. */
  values: readonly number[];
}

/** What a figure shows at a step: the step actually read, and one row a network. */
export interface ReadOut {
  step: number;
  rows: ReadOutRow[];
}

export type ReadAt = (step: number) => ReadOut | null;
