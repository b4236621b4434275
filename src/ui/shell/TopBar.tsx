/** The bar that stays at the top: the name, the pages there are, the device, the theme. */
import { ShareButton } from '../share/ShareButton.tsx';
import { DeviceChip } from './DeviceChip.tsx';
import { PageLink } from './PageLink.tsx';
import { ThemeButton } from './ThemeButton.tsx';

const OUTLINE = 'M1 13L4 5l3 7 3-10 3 9 2-3 3 2.6 3-1 4 .6';

function Mark() {
  return (
    <svg width="26" height="20" viewBox="0 0 26 20" aria-hidden="true">
      <path
        d={`${OUTLINE}V14l-4 .6-3-.3-3 1.2-2-.5-3 3-3-3.6-3 3.4-3-3z`}
        fill="currentColor"
        opacity=".22"
      />
      <path d={OUTLINE} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" />
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
        <PageLink page="bench">Bench</PageLink>
        <PageLink page="lecture" className="wide-only">
          Lecture
        </PageLink>
      </nav>
      <div className="end">
        <DeviceChip />
        <ShareButton />
        <ThemeButton />
      </div>
    </header>
  );
}
