/** The one store of the page. Vanilla: actions and figures use it without React. */
import { createStore } from 'zustand/vanilla';
import { initialState, type PageState, type View } from './state.ts';

export const store = createStore<PageState>(initialState);

export function updateView(change: Partial<View>): void {
  store.setState(({ view }) => ({ view: { ...view, ...change } }));
}

/** Whether networks are being prepared or trained, so that the experiment cannot change. */
export function isBusy({ labState, starting }: Pick<PageState, 'labState' | 'starting'>): boolean {
  return starting || labState === 'preparing' || labState === 'running';
}
