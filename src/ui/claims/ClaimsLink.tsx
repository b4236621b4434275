/** On a phone, where the claims come last: how they stand, and the way to them. */
import { CLAIMS_ID, Tally } from './ClaimsRail.tsx';

export function ClaimsLink() {
  return (
    <a
      className="claims-link"
      href={`#${CLAIMS_ID}`}
      onClick={(event) => {
        event.preventDefault(); // the address holds the set-up
        document.getElementById(CLAIMS_ID)?.scrollIntoView();
      }}
    >
      <span className="claims-link-title">What the paper claims</span>
      <Tally />
    </a>
  );
}
