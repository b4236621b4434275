/** What the paper claims, what its figures also show, and what the run on the page says to each: live. */
import { useEffect, useMemo } from 'react';
import type { Claim } from '../../paper/claims/claim.ts';
import { identitiesOf } from '../identity.ts';
import { ClaimRow } from './ClaimRow.tsx';
import { type Standing, useStanding } from './standing.ts';
import { watchClaims } from './watch.ts';
import { seedWords } from './words.ts';

function List({ standing, group, label }: { standing: Standing; group: Claim['kind']; label: string }) {
  const { variants } = standing;
  const identities = useMemo(() => identitiesOf(variants), [variants]);
  return (
    <ol className="claims" aria-label={label}>
      {standing.judged
        .filter(({ claim }) => claim.kind === group)
        .map((judged) => (
          <ClaimRow key={judged.claim.id} judged={judged} identities={identities} kind={standing.kind} />
        ))}
    </ol>
  );
}

export function Claims() {
  const standing = useStanding();
  useEffect(watchClaims, []);
  if (!standing) return null;
  const { isAnyDecided, seeds } = standing;
  return (
    <>
      {isAnyDecided && <p className="weight">{seedWords(seeds)}</p>}
      <List standing={standing} group="claim" label="What the paper claims" />
      <h3>What its figures also show</h3>
      <List standing={standing} group="shown" label="What its figures also show" />
    </>
  );
}
