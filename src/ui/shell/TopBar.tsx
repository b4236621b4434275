/** The bar that stays at the top: the name, the pages there are, the device, the theme. */
import { ShareButton } from '../share/ShareButton.tsx';
import { DeviceChip } from './DeviceChip.tsx';
import { MorePages } from './MorePages.tsx';
import { MARK_BAND, MARK_EDGE, MARK_HEIGHT, MARK_WIDTH } from './mark.ts';
import { PageLink } from './PageLink.tsx';
import { ThemeButton } from './ThemeButton.tsx';

function Mark() {
  return (
    <svg
      width={MARK_WIDTH}
      height={MARK_HEIGHT}
      viewBox={`0 0 ${MARK_WIDTH} ${MARK_HEIGHT}`}
      aria-hidden="true"
    >
      <path d={MARK_BAND} fill="currentColor" opacity=".22" />
      <path d={MARK_EDGE} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" />
    </svg>
  );
}

export function TopBar() {
  return (
    <header className="top">
      <PageLink page="lab" className="mark" marksCurrent={false}>
        <Mark />
        <span className="mark-word">Normscape</span>
      </PageLink>
      <nav className="nav" aria-label="Pages">
        <PageLink page="lab">Lab</PageLink>
        <PageLink page="theory">Theory</PageLink>
        <PageLink page="runs">Runs</PageLink>
        <PageLink page="bench" className="wide-only">
          Bench
        </PageLink>
        <PageLink page="lecture" className="wide-only">
          Lecture
        </PageLink>
        <PageLink page="glossary" className="roomy-only">
          Glossary
        </PageLink>
        <MorePages />
      </nav>
      <div className="end">
        <DeviceChip />
        <ShareButton />
        <ThemeButton />
      </div>
    </header>
  );
}
