/** Where float32 is not enough for what is plotted: where it is computed instead. */
import { probesInFloat64 } from '../../experiment/precision.ts';
import { currentRecord } from '../../store/runRecord.ts';
import { useStore } from '../useStore.ts';

export function PrecisionNote() {
  const isExact = useStore(({ experiment, recordVersion }) => {
    const record = recordVersion > 0 ? currentRecord() : null;
    return record ? record.environment.probePrecision === 'float64' : probesInFloat64(experiment);
  });
  if (!isExact) return null;
  return <p className="caption">Probes in float64 on the CPU: float32 is not enough here.</p>;
}
