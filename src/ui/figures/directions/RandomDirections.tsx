/** Figures: the loss and the gradient along random directions, beside those along the gradient (§3.2, in words only). */
import { axisAround } from '../../series/axis.ts';
import { type DirectionQuantity, gradientRows, randomReading, randomRows } from '../../series/random.ts';
import { BandFigure, type BandFigureProps } from '../BandFigure.tsx';

type Fixed = Omit<BandFigureProps, 'measurement' | 'reading'>;

const caption =
  'Bands: along random directions as long as the gradient. Thin edges: along the gradient itself.';

const FIGURES: Record<DirectionQuantity, Fixed> = {
  lossAt: {
    title: 'Loss along random directions',
    symbol: 'L(θ − η′d)',
    rowsOf: randomRows('lossAt'),
    beside: gradientRows('lossAt'),
    empty: { log: axisAround(0.5, 10, 'log'), linear: axisAround(0, 10, 'linear') },
    caption,
  },
  gradientDifferenceAt: {
    title: 'Gradient along random directions',
    symbol: '‖∇L(θ − η′d) − g‖₂',
    rowsOf: randomRows('gradientDifferenceAt'),
    beside: gradientRows('gradientDifferenceAt'),
    empty: { log: axisAround(1, 300, 'log'), linear: axisAround(0, 250, 'linear') },
    caption,
  },
};

export function RandomDirections({ quantity }: { quantity: DirectionQuantity }) {
  return (
    <BandFigure
      {...FIGURES[quantity]}
      measurement="random"
      reading={(shown) => randomReading(shown, quantity)}
    />
  );
}
