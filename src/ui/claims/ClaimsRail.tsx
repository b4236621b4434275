/** The rail beside the figures: the claims, loaded after the page stands, and what is measured. */
import { type ComponentType, useEffect, useState } from 'react';
import { Definitions } from '../Definitions.tsx';
import { useStanding } from './standing.ts';

export const CLAIMS_ID = 'claims';

/** “5 agree, 1 disagrees, 11 open”, once something has run. */
export function Tally() {
  const standing = useStanding();
  return <span className="sub">{standing?.hasRun ? standing.words : 'Nothing has run yet'}</span>;
}

type Loaded = ComponentType | 'failed' | null;

function useClaims(): Loaded {
  const [loaded, setLoaded] = useState<Loaded>(null);
  useEffect(() => {
    import('./Claims.tsx').then(
      ({ Claims }) => setLoaded(() => Claims),
      () => setLoaded('failed'),
    );
  }, []);
  return loaded;
}

export function ClaimsRail() {
  const Claims = useClaims();
  const isJudged = useStanding() !== null;
  return (
    <aside className="rail" id={CLAIMS_ID} aria-labelledby="claims-title">
      <header>
        <h2 id="claims-title">What the paper claims</h2>
        <Tally />
      </header>
      {Claims === 'failed' && (
        <p className="caption">The claims could not be loaded. Reload the page to try again.</p>
      )}
      {Claims && Claims !== 'failed' && <Claims />}
      {/* Not before the claims, which would push it down. */}
      {(isJudged || Claims === 'failed') && <Definitions />}
    </aside>
  );
}
