/** How panels side by side share the width of a figure. */

const GAP = 20;
export const HEAD_HEIGHT = 26;
const ROW_GAP = 12;
/** Below this width panels stand one under the other. */
const NARROW_PX = 560;

export interface PanelLayout {
  columns: number;
  plotHeight: number;
  /** Of all panels together. */
  height: number;
  /** Of the panels in a column; the first also holds the labels of the value axis. */
  widthOf(column: number): number;
}

/** `tickRoom` is what the labels of the value axis take from the first column. */
export function panelLayout(count: number, width: number, tickRoom = 0): PanelLayout {
  const columns = width < NARROW_PX ? 1 : count === 4 ? 2 : Math.max(1, Math.min(count, 3));
  const rows = Math.max(1, Math.ceil(count / columns));
  const plotHeight = columns === 1 && count > 1 ? 124 : rows > 1 ? 190 : 250;
  const plotWidth = Math.floor((width - tickRoom - GAP * (columns - 1)) / columns);
  return {
    columns,
    plotHeight,
    height: rows * (plotHeight + HEAD_HEIGHT) + (rows - 1) * ROW_GAP,
    widthOf: (column) => plotWidth + (column === 0 ? tickRoom : 0),
  };
}
