/** The theory page: one statement of the paper at a time, checked in every unit of a small network. */
import { useDeferredValue, useMemo } from 'react';
import type { TheorySetup } from '../../paper/theory/setup.ts';
import type { StatementId } from '../../paper/theory/statements.ts';
import { buildNetworks, type TwoNetworks } from '../../paper/theory/twoNetworks.ts';
import { curvatureStatement } from './curvatureStatement.tsx';
import { gradientStatement } from './gradientStatement.tsx';
import { StatementLayout, type StatementParts } from './StatementLayout.tsx';
import { sameMinimaStatement } from './sameMinimaStatement.tsx';
import { startingPointStatement } from './startingPointStatement.tsx';
import { useTheoryView } from './useTheoryView.ts';
import { worstCaseStatement } from './worstCaseStatement.tsx';
import './theory.css';

const PARTS: Record<StatementId, (networks: TwoNetworks) => StatementParts> = {
  '4.1': gradientStatement,
  '4.2': curvatureStatement,
  '4.3': sameMinimaStatement,
  '4.4': worstCaseStatement,
  '4.5': startingPointStatement,
};

export default function TheoryPage() {
  const [asked, change] = useTheoryView();
  // The hand on a slider goes on while the numbers follow.
  const { statement, setup } = useDeferredValue(asked);
  const networks = useMemo(() => buildNetworks(setup), [setup]);
  const parts = useMemo(() => PARTS[statement](networks), [statement, networks]);
  return (
    <StatementLayout
      asked={asked.statement}
      statement={statement}
      parts={parts}
      networks={networks}
      setup={asked.setup}
      onChange={(part: Partial<TheorySetup>) => change({ setup: { ...asked.setup, ...part } })}
      onShow={(next) => change({ statement: next })}
    />
  );
}
