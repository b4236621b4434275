/** The contract of `window.normscape`, as docs/links-and-scripting.md states it. */
import { expect, type Page } from '@playwright/test';
import { fromFragment } from '../src/experiment/permalink.ts';
import { defaultExperiment } from '../src/experiment/settings.ts';
import { readRecord, recordFromJson, recordToJson } from '../src/record/json.ts';
import {
  announcement,
  configure,
  ENDLESS,
  experimentOf,
  MICRO,
  notice,
  openLab,
  sharedPage,
  test,
  word,
} from './lab.ts';

const lab = sharedPage();

/** The kind of the error that a call of the interface rejects with or throws; `body` may use `normscape`. */
function errorOf(page: Page, body: string): Promise<{ kind: string; message: string; hint: string } | null> {
  return page.evaluate(async (code) => {
    const call = new Function('normscape', `return (async () => { ${code} })();`);
    try {
      await call(window.normscape);
      return null;
    } catch (error) {
      const { kind, message, hint } = error as { kind: string; message: string; hint: string };
      return { kind, message, hint };
    }
  }, body);
}

test('`ready` resolves with the device', async ({ page }) => {
  const device = await openLab(page);
  expect(Object.keys(device).sort()).toEqual(['adapter', 'backend', 'software']);
  expect(device.adapter).not.toBe('');
  expect(typeof device.software).toBe('boolean');
});

test('`experiment` gives a copy of what is asked', async () => {
  const page = lab();
  const steps = await page.evaluate(() => {
    window.normscape.experiment().steps = 7;
    return window.normscape.experiment().steps;
  });
  expect(steps).toBe(30);
  expect(await experimentOf(page)).toEqual(fromFragment(MICRO).experiment);
});

test('`configure` takes some settings on top of what is asked, and says what it changed', async () => {
  const page = lab();
  const { experiment, notices } = await page.evaluate(() =>
    // A caller in plain JavaScript may pass anything.
    window.normscape.configure({ momentum: 3, seed: 5, colour: 'red' } as Record<string, unknown>),
  );
  expect(experiment).toEqual({ ...fromFragment(MICRO).experiment, momentum: 0.99, seed: 5 });
  expect(notices).toEqual([
    {
      kind: 'clamped',
      key: 'momentum',
      message: 'Momentum must be at most 0.99; 3 was asked for. It was set to 0.99.',
    },
    { kind: 'ignored', key: 'colour', message: '“colour” is not a setting and was ignored.' },
  ]);
  await expect(notice(page, 'link')).toContainText('2 things could not be used as asked.');
  await expect(word(page, 'Seed')).toHaveText('5');
});

test('`configure` takes a link’s fragment on top of the defaults', async () => {
  const page = lab();
  const { experiment, notices } = await page.evaluate(() => window.normscape.configure('#v=1&lr=900'));
  expect(experiment).toEqual({ ...defaultExperiment(), learningRate: 10 });
  expect(notices.map(({ kind, key }) => [kind, key])).toEqual([['clamped', 'learningRate']]);
});

test('`configure` survives anything', async () => {
  const page = lab();
  for (const raw of [
    'null',
    '[]',
    '7',
    '""',
    '{ variants: 3 }',
    '{ probeSteps: [{}] }',
    '{ toString: null }',
  ])
    expect(await errorOf(page, `normscape.configure(${raw})`), raw).toBeNull();
  expect((await experimentOf(page)).variants).toEqual(defaultExperiment().variants);
});

test('`run` resolves with a record that can be exported and read again', async () => {
  const page = lab();
  const run = await page.evaluate(() => window.normscape.run());
  const { experiment, environment, variants, timing } = run;
  expect(experiment).toEqual(fromFragment(MICRO).experiment);
  expect(environment).toMatchObject({ backend: 'webgpu', app: expect.stringMatching(/^normscape \d/) });
  expect(Number.isNaN(Date.parse(environment.startedAt))).toBe(false);
  expect(timing.elapsedMs).toBeGreaterThan(0);
  expect(variants.map(({ status }) => status)).toEqual(['finished', 'finished', 'finished']);
  expect(readRecord(run)).toEqual({ ok: true, record: run });
  expect(recordFromJson(recordToJson(run))).toEqual({ ok: true, record: run });
  expect(await page.evaluate(() => window.normscape.record())).toEqual(run);
});

test('a record with values that are not finite survives the way through JSON', async () => {
  const page = lab();
  await configure(page, `${MICRO}&variants=none@10,batch&momentum=0.99`);
  const run = await page.evaluate(() => window.normscape.run());
  expect(run.variants[0]!.status).toBe('diverged');
  expect(recordFromJson(recordToJson(run))).toEqual({ ok: true, record: run });
});

test('`pause`, `step`, `record` and `reset`', async () => {
  const page = lab();
  await configure(page, ENDLESS);
  const paused = await page.evaluate(async () => {
    const running = window.normscape.run();
    while ((window.normscape.record()?.variants[0]?.train.step.length ?? 0) < 5)
      await new Promise(requestAnimationFrame);
    await window.normscape.pause();
    const atPause = window.normscape.record();
    return { atPause, atEnd: await running };
  });
  expect(paused.atEnd, '`run` resolves at a pause, with everything up to it').toEqual(paused.atPause);
  const reached = paused.atEnd.variants[0]!.train.step.length;
  const lengths = await page.evaluate(async () => {
    const length = (): number => window.normscape.record()!.variants[0]!.train.step.length;
    await window.normscape.step();
    const one = length();
    await window.normscape.step(4);
    return [one, length()];
  });
  expect(lengths).toEqual([reached + 1, reached + 5]);
  await page.evaluate(() => window.normscape.reset());
  expect(await page.evaluate(() => window.normscape.record())).toBeNull();
  await expect(announcement(page)).toHaveText('Ready.');
});

test('`permalink` gives the address of the set-up', async () => {
  const page = lab();
  const address = await page.evaluate(() => window.normscape.permalink());
  expect(address).toBe(page.url());
  expect(fromFragment(new URL(address).hash)).toMatchObject({
    experiment: fromFragment(MICRO).experiment,
    notices: [],
  });
});

test('errors carry their kind, a message and a hint', async () => {
  const page = lab();
  expect(await errorOf(page, "await normscape.probeBundle('batch')")).toMatchObject({ kind: 'not-ready' });
  expect(await errorOf(page, 'await normscape.permalink({ curves: true })')).toMatchObject({
    kind: 'not-ready',
  });
  await configure(page, '#v=1&net=vgg:512-512&batch=4096&ics=');
  expect(await errorOf(page, 'await normscape.run()')).toMatchObject({
    kind: 'out-of-memory',
    hint: expect.stringContaining('Nothing was started.'),
  });
  await configure(page, ENDLESS);
  await page.evaluate(() => void window.normscape.run());
  for (const call of ["normscape.configure('#v=1')", 'await normscape.run()', 'await normscape.step()'])
    expect(await errorOf(page, call), call).toMatchObject({ kind: 'busy' });
});
