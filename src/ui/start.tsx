/** Puts the page into a document, over any lab. */
import { StrictMode, startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { followGallery } from '../store/gallery.ts';
import { keepFinishedRuns } from '../store/keptRuns.ts';
import type { Lab } from '../store/lab.ts';
import { followLink } from '../store/linkActions.ts';
import { keepOffline } from '../store/offline.ts';
import { connect } from '../store/runActions.ts';
import { takeDrops } from '../store/runFiles.ts';
import { createScripting } from '../store/scripting.ts';
import { restoreTheme } from '../store/theme.ts';
import { watchVisibility } from '../store/visibility.ts';
import { App } from './App.tsx';
import { redraws } from './figures/useFigure.ts';
import { takeOverFromPicture } from './firstPicture/firstPicture.ts';
import { listenToKeys } from './keyboard.ts';
import './styles/index.css';
import './firstPicture/firstPicture.css';

/** What the first picture does not need begins after it, or after so long where it does not come. */
const LONGEST_WAIT_MS = 1500;

const soonEnough = (drawn: Promise<void>): Promise<void> =>
  Promise.race([drawn, new Promise<void>((resolve) => setTimeout(resolve, LONGEST_WAIT_MS))]);

export function start(lab: Lab, root: HTMLElement): void {
  restoreTheme();
  followLink(window);
  listenToKeys(document);
  watchVisibility(document);
  keepFinishedRuns();
  takeDrops(document);
  const drawn = followGallery().shown.then(() => redraws.drawn());
  takeOverFromPicture(root, drawn);
  const pictured = soonEnough(drawn);
  void pictured.then(keepOffline);
  window.normscape = createScripting(pictured.then(() => connect(lab)));
  // As a transition React draws the page in many short tasks.
  startTransition(() =>
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
}
