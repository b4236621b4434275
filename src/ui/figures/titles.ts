/** Which figures there are on the page, shown or left out, in the order in which they came. */
import { store, updateView } from '../../store/store.ts';

const titles = new Map<string, string>();

/** Returns a function for when the figure is gone. */
export function announceFigure(name: string, title: string): () => void {
  titles.set(name, title);
  return () => void titles.delete(name);
}

export const figureTitles = (): ReadonlyMap<string, string> => titles;

/** Leaves a figure out, or takes it in again. The last one stays. */
export function toggleFigure(name: string): void {
  const shown = store.getState().view.figures ?? [...titles.keys()];
  const next = shown.includes(name) ? shown.filter((one) => one !== name) : [...shown, name];
  if (next.length === 0) return;
  const isAll = [...titles.keys()].every((one) => next.includes(one));
  updateView({ figures: isAll ? null : next });
}
