/** What was found, what was done about it, and what can be done. */
import { continueInterrupted, discardInterrupted, keepInterrupted } from '../../store/interruptedActions.ts';
import { dismissNotice } from '../../store/notices.ts';
import { takeNewerVersion } from '../../store/offline.ts';
import { copyReport } from '../../store/report.ts';
import { run } from '../../store/runActions.ts';
import type { NoticeAction, PageNotice } from '../../store/state.ts';
import { updateView } from '../../store/store.ts';
import { unheard } from '../unheard.ts';
import { useStore } from '../useStore.ts';
import { Icon } from './icons.tsx';

/** Opens the settings at the first one that cannot be used. */
function showSettings(): void {
  updateView({ settingsOpen: true });
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('.all-settings [aria-invalid="true"]')?.focus(),
  );
}

const ACTIONS: Record<NoticeAction, { label: string; act: (notice: PageNotice) => void }> = {
  retry: { label: 'Try again', act: () => unheard(run()) },
  'run-again': { label: 'Run again', act: () => unheard(run()) },
  'go-on': { label: 'Go on', act: () => unheard(run()) },
  'show-settings': { label: 'Show settings', act: showSettings },
  reload: { label: 'Reload', act: () => unheard(takeNewerVersion()) },
  'copy-report': { label: 'Copy report', act: (notice) => unheard(copyReport(notice)) },
  'continue-interrupted': { label: 'Continue', act: () => unheard(continueInterrupted()) },
  'keep-interrupted': { label: 'Keep', act: () => unheard(keepInterrupted()) },
  'discard-interrupted': { label: 'Discard', act: () => unheard(discardInterrupted()) },
};

const ABOUT_PAGE: PageNotice['kind'][] = [
  'link',
  'fallback',
  'gallery',
  'interrupted',
  'unkept',
  'hidden',
  'storage',
  'import',
  'newer-version',
];

/** Notices about the page stand at its top; those about a run stand at the button that runs. */
const isAboutPage = ({ kind }: PageNotice): boolean => ABOUT_PAGE.includes(kind);

function NoticeRow({ notice }: { notice: PageNotice }) {
  const isUrgent = !isAboutPage(notice);
  return (
    <div className="notice" role={isUrgent ? 'alert' : 'status'} data-kind={notice.kind}>
      <Icon name={isUrgent ? 'warn' : 'info'} />
      <p className="notice-words">
        <b>{notice.finding}</b> {notice.advice}
      </p>
      <span className="notice-acts">
        {notice.actions.map((action) => (
          <button
            key={action}
            type="button"
            className="button quiet"
            onClick={() => ACTIONS[action].act(notice)}
          >
            {ACTIONS[action].label}
          </button>
        ))}
        <button
          type="button"
          className="button quiet icon-only"
          aria-label="Dismiss this notice"
          onClick={() => dismissNotice(notice.kind)}
        >
          <Icon name="close" />
        </button>
      </span>
    </div>
  );
}

/** A page without a run asks for those about links only. */
const BELONGS: Record<'page' | 'run' | 'link', (notice: PageNotice) => boolean> = {
  page: isAboutPage,
  run: (notice) => !isAboutPage(notice),
  link: ({ kind }) => kind === 'link',
};

export function Notices({ about }: { about: keyof typeof BELONGS }) {
  const notices = useStore((state) => state.notices).filter(BELONGS[about]);
  if (notices.length === 0) return null;
  return (
    <section
      className={`notices about-${about}`}
      aria-label={about === 'run' ? 'Problems of the run' : 'Notices'}
    >
      {notices.map((notice) => (
        <NoticeRow key={notice.kind} notice={notice} />
      ))}
    </section>
  );
}
