/** The pages and what surrounds them. */
import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { PAPER } from '../paper/definitions.ts';
import type { PageId } from '../store/state.ts';
import { ClaimsLink } from './claims/ClaimsLink.tsx';
import { ClaimsRail } from './claims/ClaimsRail.tsx';
import { DrawingBoundary } from './DrawingBoundary.tsx';
import { ExperimentCard } from './experiment/ExperimentCard.tsx';
import { LandscapeSection, ShiftSection, SpeedSection } from './figures/Figures.tsx';
import { ZoomBar } from './figures/ZoomBar.tsx';
import { KeyRow } from './KeyRow.tsx';
import { askForKeys } from './keyboard.ts';
import { Announcer } from './shell/Announcer.tsx';
import { Icon } from './shell/icons.tsx';
import { KeysDialog } from './shell/KeysDialog.tsx';
import { Notices } from './shell/Notices.tsx';
import { PageLink } from './shell/PageLink.tsx';
import { TopBar } from './shell/TopBar.tsx';
import { TourButton, TourOffer } from './tour/TourOffer.tsx';
import { PHONE, useMediaQuery } from './useMediaQuery.ts';
import { useStore } from './useStore.ts';

declare const __APP_VERSION__: string;

function Title() {
  return (
    <header className="title">
      <h1>How does batch normalization help optimization?</h1>
      <p className="deck">
        Networks that differ only in their normalisation train in lockstep, on your own GPU.{' '}
        <span className="wide-only">
          As they train we measure what <a href={PAPER.url}>{PAPER.short}</a> measured.
        </span>
      </p>
      <TourOffer />
    </header>
  );
}

function MissingFigures() {
  return <p className="caption">Further figures did not load. Reload to try again.</p>;
}

const MoreFigures = lazy(() =>
  import('./figures/more/MoreFigures.tsx')
    .then((loaded) => ({ default: loaded.MoreFigures }))
    .catch(() => ({ default: MissingFigures })),
);

/** On a phone the first figures come before the experiment, whose button is always at hand at the bottom. */
function Left() {
  const isPhone = useMediaQuery(PHONE);
  const isFiltered = useStore(({ view }) => view.figures !== null);
  const figures = (
    <>
      <KeyRow />
      <LandscapeSection />
    </>
  );
  return (
    <div className={isFiltered ? 'left filtered' : 'left'}>
      <Title />
      <Notices about="page" />
      {isPhone && figures}
      {isPhone && <ClaimsLink />}
      <ExperimentCard />
      {!isPhone && figures}
      <SpeedSection />
      <ShiftSection />
      <Suspense>
        <MoreFigures />
      </Suspense>
      <ZoomBar />
    </div>
  );
}

function Foot({ hasKeys }: { hasKeys: boolean }) {
  return (
    <footer className="foot">
      <p>
        After {PAPER.authors}:{' '}
        <a href={PAPER.url}>
          <cite>{PAPER.title}</cite>
        </a>{' '}
        {PAPER.venue}. {__APP_VERSION__}, MIT licence.
      </p>
      <nav className="foot-acts" aria-label="Help">
        <TourButton />
        <PageLink page="glossary" className="button quiet">
          Glossary
        </PageLink>
        {hasKeys && (
          <button type="button" className="button quiet" onClick={askForKeys}>
            <Icon name="keys" />
            Keys
          </button>
        )}
      </nav>
    </footer>
  );
}

function LabPage() {
  return (
    <main className="page">
      <Left />
      <ClaimsRail />
    </main>
  );
}

function MissingPage() {
  return (
    <main className="page">
      <div className="left title" role="alert">
        <h1>This page did not load</h1>
        <p className="deck">Reload to try again. The address keeps the set-up.</p>
      </div>
    </main>
  );
}

const TheoryPage = lazy(() => import('./theory/TheoryPage.tsx').catch(() => ({ default: MissingPage })));
const RunsPage = lazy(() => import('./runs/RunsPage.tsx').catch(() => ({ default: MissingPage })));
const BenchPage = lazy(() => import('./bench/BenchPage.tsx').catch(() => ({ default: MissingPage })));
const GlossaryPage = lazy(() =>
  import('./glossary/GlossaryPage.tsx').catch(() => ({ default: MissingPage })),
);
const LecturePage = lazy(() => import('./lecture/LecturePage.tsx').catch(() => ({ default: MissingPage })));

const PAGE_VIEWS: Record<PageId, ComponentType> = {
  lab: LabPage,
  theory: TheoryPage,
  runs: RunsPage,
  bench: BenchPage,
  lecture: LecturePage,
  glossary: GlossaryPage,
};

const TITLES = {
  lab: 'Normscape: how does batch normalization help optimization?',
  runs: 'Runs, kept and compared – Normscape',
  theory: 'Theory, checked unit by unit – Normscape',
  bench: 'How fast is it here? – Normscape',
  lecture: 'Lecture – Normscape',
  glossary: 'Glossary – Normscape',
} as const satisfies Record<PageId, string>;

export function App() {
  const page = useStore(({ view }) => view.page);
  const isEmbedded = useStore(({ view }) => view.isEmbedded);
  const Page = PAGE_VIEWS[page];
  // The lecture fills the screen and has keys of its own.
  const isWhole = page === 'lecture' || isEmbedded;
  useEffect(() => {
    document.title = TITLES[page];
  }, [page]);
  return (
    <div className={isEmbedded ? 'embedded' : undefined}>
      {!isWhole && <TopBar />}
      <Suspense fallback={<main className="page loading" aria-busy="true" />}>
        <DrawingBoundary
          key={page}
          what="This page"
          advice="Try again, or reload; the address keeps the set-up."
        >
          <Page />
        </DrawingBoundary>
      </Suspense>
      {!isWhole && <Foot hasKeys={page === 'lab'} />}
      <Announcer />
      <KeysDialog />
    </div>
  );
}
