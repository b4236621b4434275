/** Light or dark: the system's choice, until the visitor makes another. */
import type { Theme } from './state.ts';
import { updateView } from './store.ts';

const KEY = 'normscape-theme';

/** Takes the theme that was chosen on an earlier visit. */
export function restoreTheme(): void {
  const stored = readStored();
  if (stored === 'light' || stored === 'dark') setTheme(stored);
}

/** Null follows the system. */
export function setTheme(theme: Theme): void {
  updateView({ theme });
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  store(theme);
}

/** Storage may be forbidden; the page then forgets the choice. */
function readStored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(theme: Theme): void {
  try {
    if (theme) localStorage.setItem(KEY, theme);
    else localStorage.removeItem(KEY);
  } catch {
    return;
  }
}
