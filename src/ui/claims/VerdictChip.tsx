/** A verdict: a word and a shape, never a colour. */
import type { Verdict } from '../../paper/claims/claim.ts';

const LOOKS: Record<Verdict, { label: string; icon: string | null }> = {
  agrees: { label: 'Agrees', icon: 'M3.5 9.5l3.8 3.8 7.2-8.2' },
  disagrees: { label: 'Disagrees', icon: 'M3 6.5h12M3 11.5h12M12 2.5L6 15.5' },
  open: { label: 'Not enough data', icon: 'M3.4 9h.2M8.9 9h.2M14.4 9h.2' },
  elsewhere: { label: 'Not by a run', icon: null },
};

export function VerdictChip({ verdict }: { verdict: Verdict }) {
  const { label, icon } = LOOKS[verdict];
  return (
    <span className={`verdict ${verdict}`}>
      {icon && (
        <svg className="icon" viewBox="0 0 18 18" aria-hidden="true">
          <path d={icon} />
        </svg>
      )}
      {label}
    </span>
  );
}
