/** A sentence of a claim: its numbers bold, those of a network in its colour after its marker. */
import { createElement, Fragment } from 'react';
import type { Amount, Words } from '../../paper/claims/claim.ts';
import type { Identity } from '../identity.ts';
import { Glyph } from '../Marker.tsx';
import { amountWords } from './words.ts';

function AmountView({ amount, identity }: { amount: Amount; identity: Identity | undefined }) {
  if (!identity) return <b>{amountWords(amount)}</b>;
  return (
    <b className="of-network" style={{ color: identity.colour }} title={identity.label}>
      <Glyph identity={identity} />
      <span className="unseen">{identity.label} </span>
      {amountWords(amount)}
    </b>
  );
}

export function WordsView({ words, identities }: { words: Words; identities: readonly Identity[] }) {
  const pieces = words.map((piece) =>
    typeof piece === 'string'
      ? piece
      : AmountView({ amount: piece, identity: identities.find(({ id }) => id === piece.network) }),
  );
  return createElement(Fragment, null, ...pieces);
}
