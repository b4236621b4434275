/** Over each panel: its network, and the number that matters, or the values at the time cursor. */
import { cursorStep } from '../../store/viewActions.ts';
import { formatValue } from '../format.ts';
import { Glyph } from '../Marker.tsx';
import type { ShownBand } from '../series/bandData.ts';
import { readBands } from '../series/bandData.ts';
import { useStore } from '../useStore.ts';

/** Longer names would meet the number at the right. */
const LONGEST_LABEL = 16;
/** Pixels from which both are written out. */
const ROOMY_WIDTH = 250;

interface PanelHeadProps {
  one: ShownBand;
  /** Pixels of the panel, and of the room for tick labels at its left. */
  width: number;
  indent: number;
}

export function PanelHead({ one, width, indent }: PanelHeadProps) {
  const step = useStore(cursorStep);
  const readOut = step === null ? null : readBands([one])(step);
  const { identity, band } = one;
  const isRoomy = width - indent >= ROOMY_WIDTH;
  return (
    <p className="panel-head" style={{ paddingLeft: indent }}>
      <span className="panel-name" style={{ color: identity.colour }}>
        <Glyph identity={identity} />
        {!isRoomy || identity.label.length > LONGEST_LABEL ? identity.short : identity.label}
      </span>
      <span className="panel-number">
        {readOut
          ? readOut.rows[0]!.text
          : band.step.length > 0 && `${isRoomy ? 'median width' : 'width'} ${formatValue(band.medianWidth)}`}
      </span>
    </p>
  );
}
