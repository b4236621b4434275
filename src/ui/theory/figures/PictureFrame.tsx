/** A picture of the theory page: title, quantity, one sentence from the numbers, the drawing, the caption. */
import { type ReactNode, useId } from 'react';
import { Words } from '../Words.tsx';
import { useWidth } from './useWidth.ts';

interface PictureFrameProps {
  title: string;
  quantity?: string;
  /** About the unit chosen. */
  reading: string;
  caption: string;
  height: number;
  /** What the marks mean. */
  legend?: ReactNode;
  children: (width: number) => ReactNode;
}

export function PictureFrame({
  title,
  quantity,
  reading,
  caption,
  height,
  legend,
  children,
}: PictureFrameProps) {
  const id = useId();
  const { ref, width } = useWidth();
  return (
    <figure className="figure picture" aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
        {quantity && <span className="sub">{quantity}</span>}
      </header>
      {legend && <p className="picture-legend">{legend}</p>}
      <div ref={ref} style={{ height }} role="img" aria-label={`${title}. ${caption.replaceAll('_', '')}`}>
        {width > 0 && children(width)}
      </div>
      <p className="reading" aria-live="off">
        <Words text={reading} />
      </p>
      <figcaption>
        <Words text={caption} />
      </figcaption>
    </figure>
  );
}
