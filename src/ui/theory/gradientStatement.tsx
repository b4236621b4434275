/** Theorem 4.1. */
import { checkGradients, type GradientRow } from '../../paper/theory/gradientTheorem.ts';
import type { TwoNetworks } from '../../paper/theory/twoNetworks.ts';
import { ShareBar, ShareKey } from './bars.tsx';
import { DEVIATION_COLUMN, DEVIATION_NOTE, sideColumns } from './columns.tsx';
import { Facts } from './Facts.tsx';
import { LegendEntry } from './figures/marks.tsx';
import { PictureFrame } from './figures/PictureFrame.tsx';
import { Scatter } from './figures/Scatter.tsx';
import { formatFixed, formatPower, powerFor } from './numbers.ts';
import type { StatementParts } from './StatementLayout.tsx';
import { type UnitColumn, UnitTable } from './UnitTable.tsx';
import { gradientVerdicts } from './verdicts.ts';
import { gradientFinding, gradientWords } from './words.ts';

const SHARES: UnitColumn<GradientRow> = {
  key: 'shares',
  kind: 'bar',
  name: '',
  head: (
    <>
      what becomes of ‖<i>g</i>‖²
      <ShareKey
        entries={[
          ['kept', 'kept'],
          ['mean', 'mean'],
          ['along', 'along ŷ'],
        ]}
      />
    </>
  ),
  cell: ({ plain, meanPart, alongPart }) => (
    <ShareBar
      shares={[
        { look: 'kept', size: 1 - (meanPart + alongPart) / plain },
        { look: 'mean', size: meanPart / plain },
        { look: 'along', size: alongPart / plain },
      ]}
    />
  ),
};

const SCALE: UnitColumn<GradientRow> = {
  key: 'scale',
  kind: 'number',
  name: 'scale γ²/σ²',
  head: (
    <>
      scale
      <br />
      γ²/σ²
    </>
  ),
  cell: ({ scale }) => formatFixed(scale, 2),
};

const HEIGHT = 290;

export function gradientStatement(networks: TwoNetworks): StatementParts {
  const rows = checkGradients(networks);
  const power = powerFor(rows.map(({ left }) => left));
  const unit = 10 ** power;
  return {
    verdicts: gradientVerdicts(rows),
    finding: gradientFinding(rows),
    picture: (choice) => (
      <PictureFrame
        title="Both right sides against the left"
        quantity={formatPower(power)}
        reading={gradientWords(rows[choice.chosen]!, `Unit ${choice.chosen + 1}`)}
        caption="A squared norm cannot be negative: the printed coefficient is a slip, and the paper’s own equations give 1/_m_. Arrows at the edge lie beyond it."
        height={HEIGHT}
        legend={
          <>
            <LegendEntry look="dot" words="with 1/m, as proved" />
            <LegendEntry look="square" words="with 1/√m, as printed" />
          </>
        }
      >
        {(width) => (
          <Scatter
            width={width}
            height={HEIGHT}
            x={rows.map(({ left }) => left / unit)}
            xLabel="left side"
            series={[
              { look: 'square', y: rows.map(({ printed }) => printed / unit) },
              { look: 'dot', y: rows.map(({ right }) => right / unit) },
            ]}
            forbidsNegative
            {...choice}
          />
        )}
      </PictureFrame>
    ),
    rows: (choice) => (
      <>
        <UnitTable
          caption="Theorem 4.1 in every unit"
          rows={rows}
          columns={[SHARES, SCALE, ...sideColumns<GradientRow>(power), DEVIATION_COLUMN]}
          {...choice}
          note={DEVIATION_NOTE}
        />
        <Facts networks={networks} />
      </>
    ),
  };
}
