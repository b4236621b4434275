/** One training image of each class with its name: what the networks are trained on. */
import { useEffect, useRef, useState } from 'react';
import { type ExampleImage, exampleImages } from '../../store/exampleImages.ts';
import { isBrought } from '../../store/importActions.ts';
import { store } from '../../store/store.ts';
import { useStore } from '../useStore.ts';

function Picture({ pixels, width, height, label }: ExampleImage) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [pixels, width, height]);
  return (
    <figure>
      <canvas ref={canvas} width={width} height={height} role="img" aria-label={`Training image: ${label}`} />
      <figcaption className="sub">{label}</figcaption>
    </figure>
  );
}

export function ExampleImages() {
  const dataset = useStore(({ experiment }) => experiment.dataset);
  const seed = useStore(({ experiment }) => experiment.seed);
  const place = useStore(({ imports }) => (isBrought(dataset) ? imports[dataset].is : 'made'));
  const [shown, setShown] = useState<{ of: string; images: ExampleImage[] }>({ of: '', images: [] });
  const of = dataset === 'shapes' ? `${dataset} ${seed}` : `${dataset} ${place}`;
  const isThere = place === 'made' || place === 'kept' || place === 'served';
  useEffect(() => {
    if (!isThere) return;
    let isShown = true;
    exampleImages(store.getState().experiment)
      .catch(() => [])
      .then((images) => isShown && setShown({ of, images }));
    return () => {
      isShown = false;
    };
  }, [of, isThere]);
  if (shown.of !== of || shown.images.length === 0) return null;
  return (
    <section className="example-images" aria-label="Training images, one of each class">
      {shown.images.map((image) => (
        <Picture key={image.label} {...image} />
      ))}
    </section>
  );
}
