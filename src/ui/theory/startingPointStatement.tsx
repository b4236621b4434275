/** Lemma 4.5. */
import { checkStartingPoint, type StartingPointRow } from '../../paper/theory/startingPoint.ts';
import type { TwoNetworks } from '../../paper/theory/twoNetworks.ts';
import { ShareBar, ShareKey } from './bars.tsx';
import { DEVIATION_NOTE, sideColumn } from './columns.tsx';
import { DeviationStrip } from './DeviationStrip.tsx';
import { PictureFrame } from './figures/PictureFrame.tsx';
import { RayPicture } from './figures/RayPicture.tsx';
import { formatFixed, powerFor } from './numbers.ts';
import type { StatementParts } from './StatementLayout.tsx';
import { type UnitColumn, UnitTable } from './UnitTable.tsx';
import { startingPointVerdicts } from './verdicts.ts';
import { startingPointFinding, startingPointWords } from './words.ts';

const SAVED: UnitColumn<StartingPointRow> = {
  key: 'saved',
  kind: 'bar',
  name: '',
  head: (
    <>
      of the squared way without BatchNorm
      <ShareKey
        entries={[
          ['kept', 'remains'],
          ['along', 'saved by scaling'],
        ]}
      />
    </>
  ),
  cell: ({ left, plain, cosine }) => (
    <ShareBar
      shares={
        cosine > 0
          ? [
              { look: 'kept', size: left / plain },
              { look: 'along', size: 1 - left / plain },
            ]
          : [{ look: 'rest', size: 1 }]
      }
    />
  ),
};

const COSINE: UnitColumn<StartingPointRow> = {
  key: 'cosine',
  kind: 'number',
  name: 'cosine',
  head: 'cosine',
  cell: ({ cosine }) => (
    <span className={cosine > 0 ? 'sign' : 'sign against'}>{formatFixed(cosine, 2)}</span>
  ),
};

const FACTOR: UnitColumn<StartingPointRow> = {
  key: 'k',
  kind: 'number',
  name: 'k',
  head: <i>k</i>,
  cell: ({ k }) => formatFixed(k, 2),
};

const DEVIATION: UnitColumn<StartingPointRow> = {
  key: 'deviation',
  kind: 'strip',
  name: 'deviation',
  head: 'deviation',
  cell: ({ cosine, deviation }) =>
    cosine > 0 ? (
      <DeviationStrip deviation={deviation} />
    ) : (
      <span className="no-condition">condition fails</span>
    ),
};

const HEIGHT = 250;

export function startingPointStatement(networks: TwoNetworks): StatementParts {
  const check = checkStartingPoint(networks);
  const { units } = check;
  const power = powerFor(units.map(({ left }) => left));
  return {
    verdicts: startingPointVerdicts(check),
    finding: startingPointFinding(check),
    picture: (choice) => (
      <PictureFrame
        title={`The ray of optima, unit ${choice.chosen + 1}`}
        reading={startingPointWords(units[choice.chosen]!, `Unit ${choice.chosen + 1}`)}
        caption="To scale, in the plane of _W_₀ and _W_*. Solid: the way to the optimum without BatchNorm; dashed: to the nearest point of its ray."
        height={HEIGHT}
      >
        {(width) => <RayPicture row={units[choice.chosen]!} width={width} height={HEIGHT} />}
      </PictureFrame>
    ),
    rows: (choice) => (
      <UnitTable
        caption="Lemma 4.5 in every unit"
        rows={units}
        columns={[
          SAVED,
          COSINE,
          FACTOR,
          sideColumn<StartingPointRow>('left', 'left side', power, ({ left }) => left, 'strong'),
          sideColumn<StartingPointRow>('right', 'right side', power, ({ right }) => right),
          DEVIATION,
        ]}
        {...choice}
        note={DEVIATION_NOTE}
      />
    ),
  };
}
