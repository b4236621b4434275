/**
 * The page without a network: a service worker keeps its files from the first visit on, and the data of the default
 * experiment. A newer version of the page waits until the visitor takes it, so that no page mixes two of them.
 */
import { registerSW } from 'virtual:pwa-register';
import { defaultExperiment } from '../experiment/settings.ts';
import { showNotice } from './notices.ts';
import { isBusy, store } from './store.ts';

/** Data is fetched ahead once the page has had this long for itself. */
const QUIET_MS = 4_000;

/** Tells the waiting version to take over. */
let takeOver: (() => Promise<void>) | null = null;
let isAsked = false;

/** Loads the newer version of the page. The set-up is in the address, and finished runs are kept. */
export async function takeNewerVersion(): Promise<void> {
  isAsked = true;
  if (takeOver) await takeOver();
  else location.reload();
}

function offerNewerVersion(advice: string): void {
  showNotice({
    kind: 'newer-version',
    finding: 'A newer version of this page is here.',
    advice,
    actions: ['reload'],
  });
}

/** Calls `act` as soon as nothing is being prepared or trained. */
function whenIdle(act: () => void): void {
  if (!isBusy(store.getState())) {
    act();
    return;
  }
  const stop = store.subscribe((state) => {
    if (isBusy(state)) return;
    stop();
    act();
  });
}

const idle = (): Promise<void> => new Promise((resolve) => whenIdle(resolve));

/** Where there is no room or no network, the data comes when it is asked for. */
async function fetchDataAhead(): Promise<void> {
  const { neededFiles } = await import('../data/ahead.ts');
  const baseUrl = new URL('data/', document.baseURI).href;
  for (const file of await neededFiles(defaultExperiment(), baseUrl)) {
    await idle();
    if (await caches.match(file)) continue;
    const response = await fetch(file, { priority: 'low' });
    await response.arrayBuffer();
  }
}

/** Visitors who save data, pages without a GPU to train on and figures in frames of other pages get none ahead. */
function wantsData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  const { device, view } = store.getState();
  return !connection?.saveData && device?.backend === 'webgpu' && !view.isEmbedded;
}

/** From now on. Does nothing where the browser has no service workers, and while the page is developed. */
export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  const update = registerSW({
    onNeedRefresh: () => {
      takeOver = () => update();
      whenIdle(() => offerNewerVersion('Reload to use it: the set-up stays, and finished runs are kept.'));
    },
    onNeedReload: () => {
      takeOver = null;
      if (isAsked) location.reload();
      else whenIdle(() => offerNewerVersion('It was taken in another tab. Reload this one, too.'));
    },
    onRegisteredSW: (_, registration) => {
      if (!registration) return;
      void navigator.serviceWorker.ready.then(() =>
        setTimeout(() => wantsData() && fetchDataAhead().catch(() => {}), QUIET_MS),
      );
    },
  });
}
