/** The bench's state in React. */
import { useStore } from 'zustand';
import { type BenchState, bench } from '../../store/bench.ts';

export function useBench<T>(select: (state: BenchState) => T): T {
  return useStore(bench, select);
}
