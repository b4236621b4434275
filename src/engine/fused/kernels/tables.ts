/**
 * Tables: what a normalisation boils down to for one layer, a few rows of one number per channel, so that the kernels that
 * touch every activation load little. Where statistics belong to an example (layer, group), there is one table per example.
 */
import type { Normalisation } from '../../../network/network.ts';
import type { LayerShape } from './shapes.ts';

/** Rows of a table. z = scale·y + shift; `inverse` is 1 / the scale of the normalisation, before γ. */
export const TABLE_ROWS = ['scale', 'shift', 'mean', 'inverse', 'spread', 'ties'] as const;
export type TableRow = (typeof TABLE_ROWS)[number];

/**
 * Rows of the table of the backward pass: dY = scale·d + slope·f(y) + constant. The last three repeat the layer's table, for
 * kernels that have no binding left for it.
 */
export const GRADIENT_ROWS = ['slope', 'constant', 'scale', 'spread', 'ties'] as const;

export function tableFloats(shape: LayerShape, normalisation: Normalisation): number {
  return TABLE_ROWS.length * shape.padded * (normalisation.overBatch ? 1 : shape.examples);
}

export function gradientTableFloats(shape: LayerShape, normalisation: Normalisation): number {
  return GRADIENT_ROWS.length * shape.padded * (normalisation.overBatch ? 1 : shape.examples);
}

/** WGSL names: the table, the channel vector, and the example where the table is per example. */
interface RowNames {
  table?: string;
  c?: string;
  n?: string;
}

/** WGSL: the vec4f of a row of a table. */
export function row(
  name: TableRow,
  { padded }: LayerShape,
  normalisation: Normalisation,
  { table = 'T', c = 'c', n = 'n' }: RowNames = {},
): string {
  const vectors = padded / 4;
  const example = normalisation.overBatch ? '' : `${n} * ${TABLE_ROWS.length * vectors}u + `;
  return `${table}[${example}${TABLE_ROWS.indexOf(name) * vectors}u + ${c}]`;
}

export function gradientRow(
  name: (typeof GRADIENT_ROWS)[number],
  { padded }: LayerShape,
  normalisation: Normalisation,
  { table = 'Q', c = 'c', n = 'n' }: RowNames = {},
): string {
  const vectors = padded / 4;
  const example = normalisation.overBatch ? '' : `${n} * ${GRADIENT_ROWS.length * vectors}u + `;
  return `${table}[${example}${GRADIENT_ROWS.indexOf(name) * vectors}u + ${c}]`;
}
