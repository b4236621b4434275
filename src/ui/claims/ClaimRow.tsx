/** One claim: what is said, the verdict, the numbers of this run and of the paper, and how it is decided. */
import { createElement, Fragment, memo, type ReactNode } from 'react';
import type { Claim, Words } from '../../paper/claims/claim.ts';
import type { Judged } from '../../paper/claims/claims.ts';
import type { Identity } from '../identity.ts';
import { Prose } from '../Prose.tsx';
import { PageLink } from '../shell/PageLink.tsx';
import type { Standing } from './standing.ts';
import { VerdictChip } from './VerdictChip.tsx';
import { WordsView } from './WordsView.tsx';
import { seedWords } from './words.ts';

interface ClaimRowProps {
  judged: Judged;
  identities: readonly Identity[];
  kind: Standing['kind'];
}

function Published({
  published: { vgg, dln },
  kind,
}: Pick<Claim, 'published'> & Pick<ClaimRowProps, 'kind'>) {
  const words = kind === 'dln' ? dln : vgg;
  return (
    <span className="published">
      <svg className="diamond" width="9" height="9" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M6 1L11 6L6 11L1 6z" />
      </svg>
      {words === undefined ? `Paper, with VGG: ${vgg}` : `Paper: ${words}`}
    </span>
  );
}

function How({ claim, seeds, children }: { claim: Claim; seeds: number; children: ReactNode }) {
  const { statement, quote, source, statistic, rule } = claim;
  return (
    <details className="how">
      <summary>
        How<span className="unseen"> this is decided: {statement}</span>
      </summary>
      {quote && (
        <p className="quote">
          <q>{quote}</q>
        </p>
      )}
      <p>
        <Prose text={statistic} />
      </p>
      <p>
        <Prose text={rule} />
        {seeds > 0 && ` ${seedWords(seeds)}`}
      </p>
      {children}
      <p className="source">
        <Prose text={source} />
      </p>
    </details>
  );
}

/** Lines one under the other. */
function Lines({ lines, identities }: { lines: readonly Words[]; identities: readonly Identity[] }) {
  return createElement(
    Fragment,
    null,
    ...lines.map((words) => createElement('p', null, WordsView({ words, identities }))),
  );
}

/** Where a run gives no numbers yet, the paper's wait in the disclosure. */
function Row({ judged: { claim, outcome }, identities, kind }: ClaimRowProps) {
  const published = <Published published={claim.published} kind={kind} />;
  const isShort = outcome.findings.length === 0 && outcome.verdict === 'open';
  return (
    <li>
      <p className="say">
        <Prose text={claim.statement} />
      </p>
      <VerdictChip verdict={outcome.verdict} />
      <div className="numbers">
        <Lines lines={outcome.findings} identities={identities} />
        <Lines lines={outcome.notes} identities={identities} />
        {outcome.verdict === 'elsewhere' && (
          <p>
            Checked on the <PageLink page="theory">theory page</PageLink>.
          </p>
        )}
        {!isShort && published}{' '}
        <How claim={claim} seeds={outcome.seeds}>
          {isShort && <p>{published}</p>}
        </How>
      </div>
    </li>
  );
}

/** Drawn again only when its outcome changes. */
export const ClaimRow = memo(Row);
