/** Theorem 4.4. */

import type { TwoNetworks } from '../../paper/theory/twoNetworks.ts';
import { checkWorstCase, type WorstCaseRow } from '../../paper/theory/worstCase.ts';
import { formatValue } from '../format.ts';
import { ShareBar, ShareKey } from './bars.tsx';
import { DEVIATION_COLUMN, DEVIATION_NOTE, sideColumn, sideColumns } from './columns.tsx';
import { LegendEntry } from './figures/marks.tsx';
import { PictureFrame } from './figures/PictureFrame.tsx';
import { Scatter } from './figures/Scatter.tsx';
import { formatPower, powerFor } from './numbers.ts';
import type { StatementParts } from './StatementLayout.tsx';
import { type UnitColumn, UnitTable } from './UnitTable.tsx';
import { worstCaseVerdicts } from './verdicts.ts';
import { worstCaseFinding, worstCaseWords } from './words.ts';

const REACHED: UnitColumn<WorstCaseRow> = {
  key: 'reached',
  kind: 'bar',
  name: '',
  head: (
    <>
      of the worst case
      <ShareKey
        entries={[
          ['kept', 'reached by these inputs'],
          ['rest', 'not'],
        ]}
      />
    </>
  ),
  cell: ({ actual, left }) => (
    <ShareBar
      shares={[
        { look: 'kept', size: actual / left },
        { look: 'rest', size: 1 - actual / left },
      ]}
    />
  ),
};

const HEIGHT = 290;

export function worstCaseStatement(networks: TwoNetworks): StatementParts {
  const check = checkWorstCase(networks);
  const { rows, lambda } = check;
  const power = powerFor(rows.map(({ left }) => left));
  const unit = 10 ** power;
  return {
    verdicts: worstCaseVerdicts(check),
    finding: worstCaseFinding(check),
    picture: (choice) => (
      <PictureFrame
        title="Right sides against the left"
        quantity={formatPower(power)}
        reading={worstCaseWords(rows[choice.chosen]!, `Unit ${choice.chosen + 1}`, lambda)}
        caption={`Here _λ_ = ‖_X_‖ = ${formatValue(lambda)}. Inputs reach the left side, so nothing under the dotted line bounds it. Marks beyond the axis are arrows at its edge.`}
        height={HEIGHT}
        legend={
          <>
            <LegendEntry look="dot" words="corrected" />
            <LegendEntry look="square" words="as printed" />
            <LegendEntry look="diamond" words="with g for g²" />
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
              { look: 'diamond', y: rows.map(({ printedOnce }) => printedOnce / unit) },
              { look: 'dot', y: rows.map(({ right }) => right / unit) },
            ]}
            forbidsNegative
            {...choice}
          />
        )}
      </PictureFrame>
    ),
    rows: (choice) => (
      <UnitTable
        caption="Theorem 4.4 in every unit"
        rows={rows}
        columns={[
          REACHED,
          sideColumn<WorstCaseRow>('printed', 'as printed', power, ({ printed }) => printed),
          ...sideColumns<WorstCaseRow>(power),
          DEVIATION_COLUMN,
        ]}
        {...choice}
        note={DEVIATION_NOTE}
      />
    ),
  };
}
