/** Figure: weight norm or effective learning rate of one layer over training. Ours. */
import { useMemo } from 'react';
import { formatCount } from '../../format.ts';
import { axisAround } from '../../series/axis.ts';
import { type LayerQuantity, layerColumn, layerReading } from '../../series/norms.ts';
import { LineFigure } from '../LineFigure.tsx';

const WORDS: Record<LayerQuantity, { title: string; symbol: string }> = {
  gradient: { title: 'gradient norm', symbol: '‖∇W L‖₂' },
  weight: { title: 'weight norm', symbol: '‖W‖₂' },
  rate: { title: 'effective learning rate', symbol: 'η / ‖W‖²' },
};
const AXES = { log: axisAround(0.01, 10, 'log'), linear: axisAround(0, 10, 'linear') };

export function LayerOverTime({ of, layer }: { of: LayerQuantity; layer: number }) {
  const columnOf = useMemo(() => layerColumn(of, layer), [of, layer]);
  return (
    <LineFigure
      title={`Layer ${layer}, ${WORDS[of].title}`}
      quantity={WORDS[of].symbol}
      measurement="layer-norms"
      columnOf={columnOf}
      axis={AXES}
      reading={(shown) => layerReading(shown, of, layer)}
      emptyDetail={({ experiment }) => `One value every ${formatCount(experiment.probeEvery)} steps`}
      smoothOver="probe"
    />
  );
}
