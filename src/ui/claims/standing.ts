/** Where the claims stand: what the last judging found. It outlives the code that judges, which is loaded later. */
import { useSyncExternalStore } from 'react';
import type { Judged } from '../../paper/claims/claims.ts';

export interface Standing {
  judged: readonly Judged[];
  /** How many agree and disagree, in words. */
  words: string;
  isAnyDecided: boolean;
  /** The variants of the run, or of what is asked where nothing has run. */
  variants: readonly string[];
  seeds: number;
  /** Which of the paper's networks the run's is like. */
  kind: 'vgg' | 'dln';
  hasRun: boolean;
}

let standing: Standing | null = null;
const listeners = new Set<() => void>();

const currentStanding = (): Standing | null => standing;

export function publish(next: Standing): void {
  standing = next;
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The last standing; null before the first. */
export const useStanding = (): Standing | null => useSyncExternalStore(listen, currentStanding);
