/** Observation 4.3. */
import { checkSameMinima, type SameOutputRow } from '../../paper/theory/sameMinima.ts';
import type { TwoNetworks } from '../../paper/theory/twoNetworks.ts';
import { identityOf } from '../identity.ts';
import { Glyph } from '../Marker.tsx';
import { ShareBar, ShareKey } from './bars.tsx';
import { DEVIATION_COLUMN, DEVIATION_NOTE, sideColumn } from './columns.tsx';
import { LossPathPlot } from './figures/LossPathPlot.tsx';
import { PictureFrame } from './figures/PictureFrame.tsx';
import { formatFixed, powerFor } from './numbers.ts';
import type { StatementParts } from './StatementLayout.tsx';
import { type UnitColumn, UnitTable } from './UnitTable.tsx';
import { sameMinimaVerdicts } from './verdicts.ts';
import { sameMinimaFinding, sameOutputWords } from './words.ts';

const SHARES: UnitColumn<SameOutputRow> = {
  key: 'shares',
  kind: 'bar',
  name: '',
  head: (
    <>
      what becomes of ‖<i>g</i>‖², at scale 1
      <ShareKey
        entries={[
          ['kept', 'kept'],
          ['mean', 'mean'],
          ['along', 'along ŷ'],
        ]}
      />
    </>
  ),
  cell: ({ gradient: { plain, meanPart, alongPart } }) => (
    <ShareBar
      shares={[
        { look: 'kept', size: 1 - (meanPart + alongPart) / plain },
        { look: 'mean', size: meanPart / plain },
        { look: 'along', size: alongPart / plain },
      ]}
    />
  ),
};

const number = (
  key: string,
  head: string,
  value: (row: SameOutputRow) => number,
): UnitColumn<SameOutputRow> => ({
  key,
  kind: 'number',
  name: head,
  head,
  cell: (row) => formatFixed(value(row), 2),
});

const HEIGHT = 290;

export function sameMinimaStatement(networks: TwoNetworks): StatementParts {
  const check = checkSameMinima(networks);
  const { rows, path } = check;
  const power = powerFor(rows.map(({ left }) => left));
  return {
    verdicts: sameMinimaVerdicts(check),
    finding: sameMinimaFinding(check),
    picture: (choice) => (
      <PictureFrame
        title="The loss on the way to the optimum"
        reading={sameOutputWords(rows[choice.chosen]!, `Unit ${choice.chosen + 1}`)}
        caption="On the straight way from the weights through _W_*, with _γ_ and _β_ such that both networks agree at _W_*: a minimum of both, at the same height."
        height={HEIGHT}
        legend={
          <>
            <span className="network-name" style={{ color: identityOf('none').colour }}>
              <Glyph identity={identityOf('none')} /> without BatchNorm
            </span>
            <span className="network-name" style={{ color: identityOf('batch').colour }}>
              <Glyph identity={identityOf('batch')} /> with BatchNorm
            </span>
          </>
        }
      >
        {(width) => <LossPathPlot path={path} width={width} height={HEIGHT} />}
      </PictureFrame>
    ),
    rows: (choice) => (
      <UnitTable
        caption="Observation 4.3 in every unit"
        rows={rows}
        columns={[
          SHARES,
          number('sigma', 'γ = σ', ({ sigma }) => sigma),
          number('mu', 'β = μ', ({ mu }) => mu),
          sideColumn<SameOutputRow>('left', '‖σŷ + μ‖', power, ({ left }) => left, 'strong'),
          sideColumn<SameOutputRow>('right', '‖y‖', power, ({ right }) => right),
          DEVIATION_COLUMN,
        ]}
        {...choice}
        note={DEVIATION_NOTE}
      />
    ),
  };
}
