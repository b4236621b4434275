/** The figures that are not there from the start: loaded after the first ones, each where its measurement is on. */
import { ActivationSections } from '../activations/ActivationSections.tsx';
import { DirectionsSection } from '../directions/DirectionsSection.tsx';
import { EndPointSection } from '../endPoint/EndPointSection.tsx';
import { LayerNormsSection } from '../layerNorms/LayerNormsSection.tsx';

export function MoreFigures() {
  return (
    <>
      <DirectionsSection />
      <ActivationSections />
      <LayerNormsSection />
      <EndPointSection />
    </>
  );
}
