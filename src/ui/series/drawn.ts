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
  /** From the smallest lower edge to the largest upper one, where there are several seeds. */
  reach: Edges | null;
  /** Each seed's edges, where there are several. */
  single: readonly Edges[];
}

/** A mark at the edge of a plot for a value that has no height in it. */
export interface EdgeMark {
  identity: Identity;
  step: number;
  edge: 'top' | 'bottom';
}

/** Where a network diverged: a step for each of its seeds that did. */
export interface End {
  identity: Identity;
  steps: readonly number[];
  words: string;
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
