/** Opens the links to what is on the page. What the panel holds loads with it. */
import { lazy, Suspense } from 'react';
import { Icon } from '../shell/icons.tsx';
import { Popover } from '../shell/Popover.tsx';

const SharePanel = lazy(() => import('./SharePanel.tsx').catch(() => ({ default: Missing })));

function Missing() {
  return <p>This panel did not load. Copy the address of the page: it holds the set-up.</p>;
}

export function ShareButton() {
  return (
    <Popover
      label="Share"
      triggerClass="button quiet share-button"
      triggerLabel="Share"
      trigger={
        <>
          <Icon name="link" />
          <span className="wide-only">Share</span>
        </>
      }
    >
      <Suspense fallback={<p aria-busy="true">Loading.</p>}>
        <SharePanel />
      </Suspense>
    </Popover>
  );
}
