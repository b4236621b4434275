/** Over each panel: its network, and the number that matters, or the values at the time cursor. */
import { cursorStep } from '../../store/viewActions.ts';
import { formatValue } from '../format.ts';
import { Glyph } from '../Marker.tsx';
import type { ShownBand } from '../series/bandData.ts';
import { readBands } from '../series/bandData.ts';
import { useStore } from '../useStore.ts';

/** Longer names would meet the number at the right. */
const LONGEST_LABEL = 16;

export function PanelHead({ one, indent }: { one: ShownBand; indent: number }) {
  const step = useStore(cursorStep);
  const readOut = step === null ? null : readBands([one])(step);
  const { identity, band } = one;
  return (
    <p className="panel-head" style={{ paddingLeft: indent }}>
      <span className="panel-name" style={{ color: identity.colour }}>
        <Glyph identity={identity} />
        {identity.label.length > LONGEST_LABEL ? identity.short : identity.label}
      </span>
      <span className="panel-number">
        {readOut
          ? readOut.rows[0]!.text
          : band.step.length > 0 && `median width ${formatValue(band.medianWidth)}`}
      </span>
    </p>
  );
}
