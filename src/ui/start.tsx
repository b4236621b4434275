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
import { listenToKeys } from './keyboard.ts';
import './styles/index.css';

export function start(lab: Lab, root: HTMLElement): void {
  restoreTheme();
  followLink(window);
  listenToKeys(document);
  watchVisibility(document);
  keepFinishedRuns();
  takeDrops(document);
  followGallery();
  keepOffline();
  window.normscape = createScripting(connect(lab));
  // As a transition React draws the page in many short tasks.
  startTransition(() =>
    createRoot(root).render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
}
