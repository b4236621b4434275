/** Theorem 4.2. */
import { type CurvatureRow, checkCurvature } from '../../paper/theory/curvatureTheorem.ts';
import type { TwoNetworks } from '../../paper/theory/twoNetworks.ts';
import { ChangeBar, ShareKey } from './bars.tsx';
import { DEVIATION_COLUMN, DEVIATION_NOTE, sideColumns } from './columns.tsx';
import { LegendEntry } from './figures/marks.tsx';
import { PictureFrame } from './figures/PictureFrame.tsx';
import { Scatter } from './figures/Scatter.tsx';
import { formatPower, formatSide, powerFor } from './numbers.ts';
import type { StatementParts } from './StatementLayout.tsx';
import { type UnitColumn, UnitTable } from './UnitTable.tsx';
import { curvatureVerdicts } from './verdicts.ts';
import { curvatureFinding, curvatureWords } from './words.ts';

/** Before and after, in units of the larger of the two terms. */
function relative({ plainTerm, extraTerm }: CurvatureRow): { from: number; to: number } {
  const size = Math.max(Math.abs(plainTerm), Math.abs(plainTerm - extraTerm)) || 1;
  return { from: plainTerm / size, to: (plainTerm - extraTerm) / size };
}

function changeColumn(rows: readonly CurvatureRow[]): UnitColumn<CurvatureRow> {
  const ends = rows.map(relative).flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0.01, ...ends)];
  return {
    key: 'change',
    kind: 'bar',
    name: '',
    head: (
      <>
        the first term and the extra one
        <ShareKey
          entries={[
            ['kept', 'stays'],
            ['along', 'taken off'],
            ['added', 'added'],
          ]}
        />
      </>
    ),
    cell: (row) => <ChangeBar {...relative(row)} low={low} high={high} />,
  };
}

function alignmentColumn(power: number): UnitColumn<CurvatureRow> {
  return {
    key: 'alignment',
    kind: 'number',
    name: `⟨ŷ, g⟩ ${formatPower(power)}`,
    head: (
      <>
        ⟨ŷ, <i>g</i>⟩
        <br />
        {formatPower(power)}
      </>
    ),
    cell: ({ alignment }) => (
      <span className={alignment < 0 ? 'sign against' : 'sign'}>
        {formatSide(alignment, power).slice(0, -2)}
      </span>
    ),
  };
}

const HEIGHT = 290;

export function curvatureStatement(networks: TwoNetworks): StatementParts {
  const rows = checkCurvature(networks);
  const power = powerFor(rows.map(({ left }) => left));
  const curvaturePower = powerFor(rows.map(({ plainCurvature }) => plainCurvature));
  const unit = 10 ** curvaturePower;
  const where = (holds: (row: CurvatureRow) => boolean) =>
    rows.map((row) => (holds(row) ? row.curvature / unit : null));
  return {
    verdicts: curvatureVerdicts(rows),
    finding: curvatureFinding(rows),
    picture: (choice) => (
      <PictureFrame
        title="Curvature along the gradient, with against without"
        quantity={formatPower(curvaturePower)}
        reading={curvatureWords(rows[choice.chosen]!, `Unit ${choice.chosen + 1}`)}
        caption="Each network along its own gradient, per squared length, which is ours: below the dotted line BatchNorm’s loss bends less."
        height={HEIGHT}
        legend={
          <>
            <LegendEntry look="dot" words="the extra term helps" />
            <LegendEntry look="ring" words="it does not" />
          </>
        }
      >
        {(width) => (
          <Scatter
            width={width}
            height={HEIGHT}
            x={rows.map(({ plainCurvature }) => plainCurvature / unit)}
            xLabel="without BatchNorm"
            series={[
              { look: 'dot', y: where(({ alignment }) => alignment > 0) },
              { look: 'ring', y: where(({ alignment }) => alignment <= 0) },
            ]}
            {...choice}
          />
        )}
      </PictureFrame>
    ),
    rows: (choice) => (
      <UnitTable
        caption="Theorem 4.2 in every unit"
        rows={rows}
        columns={[
          changeColumn(rows),
          alignmentColumn(powerFor(rows.map(({ alignment }) => alignment))),
          ...sideColumns<CurvatureRow>(power),
          DEVIATION_COLUMN,
        ]}
        {...choice}
        note={DEVIATION_NOTE}
      />
    ),
  };
}
