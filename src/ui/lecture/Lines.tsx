/** The line at the top, which says where the numbers come from, and the line at the bottom, which says where we are. */
import { deviceWords } from '../../record/devices.ts';
import { shownRecord, shownRecorded } from '../../store/recordedRuns.ts';
import { formatCount } from '../format.ts';
import { recordedWords } from '../run/recordedWords.ts';
import { useNumbers } from '../run/useNumbers.ts';
import { PageLink } from '../shell/PageLink.tsx';
import type { LecturePage } from './page.ts';
import { LECTURE_PAGES } from './pages/index.ts';
import type { Lecture } from './useLecture.ts';

/** “Recorded on …”, “Training here, step 120 of 1,000”, “Trained here on …”, or that the page needs no run. */
function useOrigin({ known, predicted }: LecturePage): string {
  const drawsRun = known.length + predicted.length > 0;
  return useNumbers(({ labState, progress, step, steps }) => {
    if (labState === 'preparing') return progress?.label ?? 'Preparing';
    if (labState === 'running') return `Training here, step ${formatCount(step)} of ${formatCount(steps)}`;
    if (!drawsRun) return 'Computed here, without a run';
    const recorded = shownRecorded();
    const record = shownRecord();
    if (recorded) return recordedWords(recorded).replace(/^recorded/, 'Recorded');
    return record ? `Trained here on ${deviceWords(record.environment)}` : '';
  });
}

export function TopLine({ lecture: { page, index } }: { lecture: Lecture }) {
  const origin = useOrigin(page);
  return (
    <header className="lecture-line">
      <b>{page.title}</b>
      <span>
        {index + 1} of {LECTURE_PAGES.length}
      </span>
      <span className="lecture-end">{origin}</span>
    </header>
  );
}

function Dots({ index }: { index: number }) {
  return (
    <span className="lecture-dots" aria-hidden="true">
      {LECTURE_PAGES.map(({ title }, i) => (
        <i key={title} className={i === index ? 'on' : i < index ? 'done' : undefined} />
      ))}
    </span>
  );
}

export function BottomLine({ lecture, onHelp }: { lecture: Lecture; onHelp: () => void }) {
  const { index, guess, goTo, toggle } = lecture;
  const next = LECTURE_PAGES[index + 1];
  return (
    <nav className="lecture-line lecture-foot" aria-label="Lecture">
      <Dots index={index} />
      <PageLink page="lab">Lab</PageLink>
      <button type="button" onClick={onHelp}>
        <kbd>?</kbd> keys
      </button>
      <span className="lecture-end">
        <button type="button" onClick={toggle}>
          <kbd>R</kbd> {guess.isRevealed ? 'hide again' : 'reveal'}
        </button>
        <button type="button" disabled={index === 0} onClick={() => goTo(index - 1)} aria-label="Page before">
          <kbd>←</kbd>
        </button>
        <button type="button" disabled={!next} onClick={() => goTo(index + 1)} aria-label="Next page">
          <kbd>→</kbd> {next ? `next: ${next.title}` : 'the end'}
        </button>
      </span>
    </nav>
  );
}
