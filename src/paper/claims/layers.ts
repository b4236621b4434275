/** A measure taken layer by layer becomes one number: its median over the layers. */
import { median } from '../../record/statistics.ts';
import { isRead, missing, type Reading } from './reading.ts';

/** The median over those layers in which the measure could be read. */
export function overLayers(indices: readonly number[], of: (index: number) => Reading): Reading {
  const readings = indices.map(of);
  const values = readings.filter(isRead);
  if (values.length > 0) return median(values);
  return readings.find((reading) => !isRead(reading)) ?? missing('No layer is measured.');
}
