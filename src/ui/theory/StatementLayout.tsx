/** What every statement has: formula, set-up and rows at the left; verdicts, picture, finding and scope at the right. */
import { type ReactNode, useState } from 'react';
import { PAPER } from '../../paper/definitions.ts';
import type { TheorySetup } from '../../paper/theory/setup.ts';
import { CITED_VERSION, SCOPE, STATEMENTS, type StatementId } from '../../paper/theory/statements.ts';
import type { TwoNetworks } from '../../paper/theory/twoNetworks.ts';
import { Notices } from '../shell/Notices.tsx';
import { AnnotatedFormulaView } from './AnnotatedFormulaView.tsx';
import { SetupSentence } from './SetupSentence.tsx';
import { PANEL_ID, Tabs, tabId } from './Tabs.tsx';
import type { Choice } from './UnitTable.tsx';
import { Verdicts } from './Verdicts.tsx';
import type { Verdict } from './verdicts.ts';
import { Words } from './Words.tsx';
import { countWords, type Finding } from './words.ts';

/** What one statement shows of a network. */
export interface StatementParts {
  verdicts: readonly Verdict[];
  finding: Finding;
  picture: (choice: Choice) => ReactNode;
  rows: (choice: Choice) => ReactNode;
}

interface LayoutProps {
  /** Chosen in the tabs; the parts may still be those of the one before. */
  asked: StatementId;
  statement: StatementId;
  parts: StatementParts;
  networks: TwoNetworks;
  setup: TheorySetup;
  onChange: (change: Partial<TheorySetup>) => void;
  onShow: (statement: StatementId) => void;
}

function Scope({ networks: { units } }: Pick<LayoutProps, 'networks'>) {
  const favoured = units.filter(({ sigma, gamma }) => sigma > gamma).length;
  const scale = `The factor _γ_/_σ_ favours BatchNorm only where _σ_ > _γ_: here in ${countWords(favoured, units.length)}.`;
  return (
    <section className="scope">
      <h3>What none of this says</h3>
      <ul>
        {[...SCOPE, scale].map((text) => (
          <li key={text}>
            <Words text={text} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rail({ statement, parts, choice }: Pick<LayoutProps, 'statement' | 'parts'> & { choice: Choice }) {
  const { verdicts, finding, picture } = parts;
  return (
    <aside className="theory-rail" aria-labelledby="verdicts-title">
      <header>
        <h2 id="verdicts-title">Does it hold?</h2>
        <a className="sub" href={PAPER.url}>
          {CITED_VERSION}, {STATEMENTS[statement].source}
        </a>
      </header>
      <Verdicts verdicts={verdicts} />
      {picture(choice)}
      <p className="finding">
        <b>
          <Words text={finding.bold} />
        </b>{' '}
        <Words text={finding.rest} />
      </p>
    </aside>
  );
}

export function StatementLayout(props: LayoutProps) {
  const { asked, statement, parts, networks, setup, onChange, onShow } = props;
  const { title, words, formula, letters } = STATEMENTS[statement];
  const [pointed, onChoose] = useState(0);
  const choice = { chosen: Math.min(pointed, networks.units.length - 1), onChoose };
  return (
    <main className="page theory">
      <div className="left">
        <header className="title">
          <h1>{title}</h1>
          <p className="deck">
            <Words text={words} />
          </p>
        </header>
        <Notices about="link" />
        <Tabs shown={asked} onShow={onShow} />
        <div id={PANEL_ID} role="tabpanel" aria-labelledby={tabId(asked)}>
          <AnnotatedFormulaView formula={formula} />
          <SetupSentence
            setup={setup}
            onChange={onChange}
            hasOptimum={statement === '4.3' || statement === '4.5'}
            setsAffine={statement === '4.3'}
          />
          <p className="letters">
            <Words text={letters} />
          </p>
          {parts.rows(choice)}
        </div>
      </div>
      <Rail statement={statement} parts={parts} choice={choice} />
      <Scope networks={networks} />
    </main>
  );
}
