import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toFragment } from '../experiment/permalink.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { emptyRecord } from '../record/build.ts';
import { GALLERY_VERSION } from '../record/galleryIndex.ts';
import { recordToJson } from '../record/json.ts';
import { changeSettings } from './experimentActions.ts';
import { FakeLab } from './fakeLab.ts';
import { followGallery } from './gallery.ts';
import { recordedRuns, shownRecord, showRecorded } from './recordedRuns.ts';
import { connect, reset, run } from './runActions.ts';
import { initialState } from './state.ts';
import { store } from './store.ts';

const environment = {
  backend: 'webgpu',
  adapter: 'a recorded device',
  software: false,
  app: 'normscape 0',
  startedAt: '2026-11-23T00:00:00.000Z',
} as const;
const recorded = { ...defaultExperiment(), learningRate: 0.25 };

let files: Record<string, string>;
let stop = (): void => {};
beforeEach(() => {
  files = {
    'runs/index.json': JSON.stringify({
      version: GALLERY_VERSION,
      runs: [
        { file: 'one.json', link: toFragment(recorded) },
        { file: 'broken.json', link: toFragment({ ...recorded, learningRate: 0.5 }) },
      ],
    }),
    'runs/one.json': recordToJson(emptyRecord(recorded, environment)),
    'runs/broken.json': '{"format":"something else"}',
  };
  vi.stubGlobal('fetch', (path: string) => {
    const text = files[path];
    return Promise.resolve(text === undefined ? new Response('', { status: 404 }) : new Response(text));
  });
  store.setState(initialState());
  showRecorded([]);
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

const origins = (): string[] => recordedRuns().map(({ origin }) => origin);

it('shows the recorded run of what is asked, once it is asked for', async () => {
  ({ stop } = followGallery());
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(origins()).toEqual([]);
  changeSettings({ learningRate: 0.25 });
  await vi.waitFor(() => expect(origins()).toEqual(['gallery']));
  expect(shownRecord()!.environment.adapter).toBe('a recorded device');
});

const noticeKinds = (): string[] => store.getState().notices.map(({ kind }) => kind);

it('shows nothing for a file that is no record, and says so', async () => {
  ({ stop } = followGallery());
  changeSettings({ learningRate: 0.5 });
  await vi.waitFor(() => expect(noticeKinds()).toEqual(['gallery']));
  expect(origins()).toEqual([]);
});

it('says that a list is not there, and tries again for the next experiment', async () => {
  const index = files['runs/index.json']!;
  delete files['runs/index.json'];
  vi.resetModules();
  const [gallery, fresh] = await Promise.all([import('./gallery.ts'), import('./store.ts')]);
  ({ stop } = gallery.followGallery());
  await vi.waitFor(() => expect(fresh.store.getState().notices[0]?.kind).toBe('gallery'));
  files['runs/index.json'] = index;
  const { changeSettings: change } = await import('./experimentActions.ts');
  change({ learningRate: 0.25 });
  const { shownRecord: shown } = await import('./recordedRuns.ts');
  await vi.waitFor(() => expect(shown()?.environment.adapter).toBe('a recorded device'));
});

it('leaves what a link brought', async () => {
  const brought = { ...emptyRecord(recorded, environment) };
  showRecorded([{ record: brought, experiment: recorded, origin: 'link', name: '' }]);
  ({ stop } = followGallery());
  changeSettings({ learningRate: 0.25 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(shownRecord()).toBe(brought);
});

it('stays behind a run of the same experiment and goes when another begins', async () => {
  await connect(new FakeLab());
  ({ stop } = followGallery());
  changeSettings({ learningRate: 0.25 });
  await vi.waitFor(() => expect(origins()).toEqual(['gallery']));
  await run();
  expect(origins()).toEqual(['gallery']);
  await reset();
  changeSettings({ learningRate: 0.125 });
  await run();
  expect(origins()).toEqual([]);
});
