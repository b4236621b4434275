/** Which figure of the paper the experiment at hand repeats. */
import { useMemo } from 'react';
import { matchingPreset, type PresetMatch } from '../../experiment/presets.ts';
import { useStore } from '../useStore.ts';

/** Null where it is an experiment of the visitor's own. */
export function usePreset(): PresetMatch | null {
  const experiment = useStore((state) => state.experiment);
  const preferred = useStore(({ view }) => view.preset);
  return useMemo(() => matchingPreset(experiment, preferred), [experiment, preferred]);
}
