/** The page's store in React. */
import { useStore as useVanillaStore } from 'zustand';
import type { PageState } from '../store/state.ts';
import { store } from '../store/store.ts';

/** A part of the state; the component renders again when it changes by `Object.is`. */
export function useStore<T>(select: (state: PageState) => T): T {
  return useVanillaStore(store, select);
}
