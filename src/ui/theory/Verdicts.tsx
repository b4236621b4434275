/** Whether a statement holds here, as proved and as printed, with the numbers that decide it. */
import { Icon } from '../shell/icons.tsx';
import type { Outcome, Verdict } from './verdicts.ts';
import { Words } from './Words.tsx';

const LABELS: Record<Outcome, string> = { agrees: 'Agrees', disagrees: 'Disagrees', 'in-part': 'In part' };

function Mark({ outcome }: { outcome: Outcome }) {
  return (
    <span className={`outcome ${outcome}`}>
      {outcome === 'agrees' && <Icon name="check" />}
      {outcome === 'disagrees' && <span aria-hidden="true">≠</span>}
      {outcome === 'in-part' && <span aria-hidden="true">⋯</span>}
      {LABELS[outcome]}
    </span>
  );
}

export function Verdicts({ verdicts }: { verdicts: readonly Verdict[] }) {
  return (
    <ul className="theory-verdicts">
      {verdicts.map(({ say, outcome, numbers }) => (
        <li key={say}>
          <span className="say">
            <Words text={say} />
          </span>
          <Mark outcome={outcome} />
          <span className="numbers">
            <Words text={numbers} />
          </span>
        </li>
      ))}
    </ul>
  );
}
