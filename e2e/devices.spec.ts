/** Browsers without WebGPU, and devices that are lost: the page says so, and trains where it can. */
import { expect, type Page } from '@playwright/test';
import {
  announcement,
  button,
  configure,
  figure,
  mainButton,
  notice,
  openLab,
  recordOf,
  runToEnd,
  stepsDone,
  test,
  visit,
} from './lab.ts';

const TINY = '#v=1&net=vgg:2-M&variants=batch&batch=4&steps=2&every=2&train=100&test=4&ics=2&probe=1&fine=';

/** Two networks, whose kernels are compiled for two devices in each test. */
const FEW = '#v=1&net=vgg:4-M&variants=none,batch&batch=8&steps=6&every=2&train=2000&test=0&ics=2&fine=';

/** Runs code before anything else in the page and in the worker that trains. */
async function tamper(page: Page, code: string): Promise<void> {
  await page.addInitScript(code);
  await page.route(/\/labWorker[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}

/** The worker that trains. */
const trainer = (page: Page) => page.workers().find((each) => each.url().includes('labWorker'))!;

const NO_API =
  'for (const scope of [globalThis.Navigator, globalThis.WorkerNavigator]) if (scope) delete scope.prototype.gpu;';

/** The notice says why and what to do, the chip says where, and a tiny network trains there. */
async function expectFallback(
  page: Page,
  backend: 'webgl' | 'cpu',
  why: string,
  what: string,
): Promise<void> {
  await page.goto(`./${TINY}`);
  const device = await page.evaluate(() => window.normscape.ready);
  expect(device.backend).toBe(backend);
  await expect(notice(page, 'fallback')).toContainText(why);
  await expect(notice(page, 'fallback')).toContainText(what);
  const place = { webgl: 'WebGL', cpu: 'the processor' }[backend];
  await expect(notice(page, 'fallback')).toContainText(`The networks train on ${place} instead, slowly.`);
  await expect(page.getByTestId('device')).toContainText({ webgl: 'WebGL', cpu: 'CPU' }[backend]);
  const { environment, variants } = await runToEnd(page);
  expect(environment.backend).toBe(backend);
  expect(variants[0]!.status).toBe('finished');
  expect([...variants[0]!.train.loss, ...variants[0]!.landscape.beta].every(Number.isFinite)).toBe(true);
  await expect(notice(page, 'fallback'), 'the notice stays').toBeVisible();
}

test('a browser without WebGPU', async ({ page }) => {
  await tamper(page, NO_API);
  await expectFallback(page, 'webgl', 'This browser has no WebGPU.', 'Use Chrome or Edge');
});

test('a browser without WebGPU and without WebGL', async ({ page }) => {
  await tamper(page, `${NO_API} delete globalThis.OffscreenCanvas;`);
  await visit(page);
  await expect(page.locator('.run')).toContainText('Recorded on');
  await expect(figure(page, 'Loss along the gradient').locator('path.band').first()).toBeAttached();
  await expect(button(page, 'Run it here')).toBeEnabled();
  await expectFallback(page, 'cpu', 'This browser has no WebGPU.', 'Use Chrome or Edge');
});

test('WebGPU without an adapter', async ({ page }) => {
  await tamper(page, 'GPU.prototype.requestAdapter = async () => null;');
  await expectFallback(page, 'webgl', 'offers no GPU for it', 'Turn on hardware acceleration');
});

test('WebGPU that throws', async ({ page }) => {
  await tamper(page, 'GPU.prototype.requestAdapter = () => { throw new Error("Not in this browser."); };');
  await expectFallback(page, 'webgl', 'The browser blocked WebGPU: Not in this browser.', 'Allow WebGPU');
});

test('an adapter that gives no device', async ({ page }) => {
  await tamper(page, 'GPUAdapter.prototype.requestDevice = async () => { throw new Error("None left."); };');
  await expectFallback(page, 'webgl', 'The GPU could not be opened: None left.', 'Close other pages');
});

test('a device lost during a run is opened anew, and the run goes on to the same numbers', async ({
  page,
}) => {
  await openLab(page, FEW.replace('steps=6', 'steps=200'));
  await page.evaluate(async () => {
    void window.normscape.run();
    while ((window.normscape.record()?.variants[0]?.train.step.length ?? 0) < 5)
      await new Promise(requestAnimationFrame);
    await window.normscape.debug.loseDevice();
  });
  await expect(notice(page, 'recovery')).toContainText(
    /The GPU was lost at step \d+\. The curves are kept\./,
  );
  await expect(announcement(page)).toHaveText('Finished at step 200.', { timeout: 300_000 });
  await expect(page.getByTestId('device')).toContainText('WebGPU');
  const { environment, variants } = await recordOf(page);
  expect(environment.backend).toBe('webgpu');
  await button(page, 'Run again').click();
  await expect(notice(page, 'recovery')).toBeHidden();
  await expect(announcement(page)).toHaveText('Finished at step 200.', { timeout: 300_000 });
  expect(variants, 'the same as of an unbroken run').toEqual((await recordOf(page)).variants);
});

const ONE_DEVICE = `
  const openAdapter = GPUAdapter.prototype.requestDevice;
  let opened = 0;
  GPUAdapter.prototype.requestDevice = function (...asked) {
    return opened++ === 0 ? openAdapter.apply(this, asked) : Promise.reject(new Error('None left.'));
  };`;

test('a device that is lost for good: the run waits, its curves are kept, and it goes on elsewhere', async ({
  page,
}) => {
  await tamper(page, ONE_DEVICE);
  await openLab(page, FEW.replace('steps=6', 'steps=100000'));
  await mainButton(page).click();
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(10);
  await page.evaluate(() => window.normscape.debug.loseDevice());
  const words = notice(page, 'device-lost');
  await expect(words).toContainText('The curves so far are kept');
  await expect(notice(page, 'fallback')).toContainText('The GPU could not be opened: None left.');
  await expect(words).toContainText('Go on with them on WebGL');
  await expect(announcement(page)).toHaveText(/^Paused at step \d+\.$/);
  const kept = await recordOf(page);
  const steps = kept.variants[0]!.train.step.length;
  expect(steps).toBeGreaterThan(10);
  await expect(figure(page, 'Loss along the gradient').locator('.reading')).toHaveText(/band is/);

  await words.getByRole('button', { name: 'Go on' }).click();
  await expect.poll(() => stepsDone(page), { timeout: 300_000 }).toBeGreaterThan(steps);
  await expect(words).toBeHidden();
  await mainButton(page).click();
  const { variants } = await recordOf(page);
  for (const [i, { train }] of variants.entries()) {
    expect(train.step).toEqual(train.step.map((_, step) => step));
    expect(train.loss.slice(0, steps)).toEqual(kept.variants[i]!.train.loss.slice(0, steps));
  }
});

test('a device lost between two runs: the record is kept, and the next run works', async ({ page }) => {
  await openLab(page, FEW);
  const before = await runToEnd(page);
  await page.evaluate(() => window.normscape.debug.loseDevice());
  await expect(page.getByTestId('device')).toContainText('Device lost');
  expect((await recordOf(page)).variants).toEqual(before.variants);
  await button(page, 'Run again').first().click();
  await expect(page.getByTestId('device')).toContainText('WebGPU');
  await expect(announcement(page)).toHaveText('Finished at step 6.', { timeout: 300_000 });
  expect((await recordOf(page)).variants, 'the same numbers on the new device').toEqual(before.variants);
});

/** Gives a way to say what a browser says of a device whose memory is used up. */
const MEMORY_CAN_RUN_OUT = `
  const openDevice = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (...asked) {
    const device = await openDevice.apply(this, asked);
    globalThis.runOutOfMemory = () => {
      const error = new GPUOutOfMemoryError('Not enough memory left.');
      device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error }));
    };
    return device;
  };`;

test('memory that runs out during a run: what to reduce, a report to copy, the record kept, the page alive', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await tamper(page, MEMORY_CAN_RUN_OUT);
  await openLab(page, FEW.replace('steps=6', 'steps=100000'));
  await mainButton(page).click();
  await expect.poll(() => stepsDone(page)).toBeGreaterThan(10);
  await trainer(page).evaluate(() => (globalThis as unknown as { runOutOfMemory(): void }).runOutOfMemory());
  const words = notice(page, 'out-of-memory');
  await expect(words).toContainText('Not enough memory left.');
  await expect(words).toContainText('Make the network, the minibatch or the number of networks smaller.');
  expect((await recordOf(page)).variants[0]!.train.step.length).toBeGreaterThan(10);
  await words.getByRole('button', { name: 'Copy report' }).click();
  await expect(announcement(page)).toHaveText('The report was copied.');
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^problem: out-of-memory\nmessage: Not enough memory left\./);
  await configure(page, FEW);
  const { variants } = await runToEnd(page);
  expect(variants.map(({ status }) => status)).toEqual(['finished', 'finished']);
});

/** Gives a way to break our convolutions. TensorFlow.js, whose kernels have other names, could still train. */
const CONVOLUTIONS_CAN_BREAK = `
  const createModule = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function ({ code, label = '' }) {
    const breaks = globalThis.breaksConvolutions && label.startsWith('convolution');
    const broken = code + '\\nfn broken() -> f32 { return nonsense; }';
    return createModule.call(this, { label, code: breaks ? broken : code });
  };`;

test('a kernel that does not compile: an error of the run with the compiler’s words, the record kept, the page alive', async ({
  page,
}) => {
  await tamper(page, CONVOLUTIONS_CAN_BREAK);
  await openLab(page, TINY);
  const before = await runToEnd(page);
  await trainer(page).evaluate(() => void Object.assign(globalThis, { breaksConvolutions: true }));
  await configure(page, TINY.replace('vgg:2-M', 'vgg:6-M'));
  const rejection = await page.evaluate(() =>
    window.normscape.run().then(
      () => null,
      ({ kind, message }: { kind: string; message: string }) => ({ kind, message }),
    ),
  );
  const words = /^The kernel “convolution.+” does not compile on this device: line \d+: .*nonsense/;
  expect(rejection).toEqual({ kind: 'kernel', message: expect.stringMatching(words) });
  await expect(announcement(page)).toHaveText('Stopped at step 0 by a problem.');
  await expect(notice(page, 'kernel')).toContainText(/does not compile on this device: line \d+: .*nonsense/);
  await expect(notice(page, 'kernel')).toContainText('try another browser');
  expect(await recordOf(page)).toEqual(before);

  await trainer(page).evaluate(() => void Object.assign(globalThis, { breaksConvolutions: false }));
  await notice(page, 'kernel').getByRole('button', { name: 'Run again' }).click();
  await expect(announcement(page)).toHaveText('Finished at step 2.', { timeout: 300_000 });
  await expect(notice(page, 'kernel')).toBeHidden();
  expect((await recordOf(page)).experiment.network).toBe('vgg:6-M');
});

/** The device allows so few storage buffers, until it is told otherwise. */
const FEW_STORAGE_BUFFERS = `
  const limits = GPUSupportedLimits.prototype;
  const { get } = Object.getOwnPropertyDescriptor(limits, 'maxStorageBuffersPerShaderStage');
  globalThis.mostStorageBuffers = 3;
  Object.defineProperty(limits, 'maxStorageBuffersPerShaderStage', {
    get() { return globalThis.mostStorageBuffers ?? get.call(this); },
  });`;

test('a network that the fast engine does not cover on a device: it trains on the reference engine, and the page says so', async ({
  page,
}) => {
  await tamper(page, FEW_STORAGE_BUFFERS);
  await openLab(page, TINY);
  const slow = await runToEnd(page, 300_000);
  expect(slow.environment.backend).toBe('webgpu');
  expect(slow.variants[0]!.status).toBe('finished');
  await expect(notice(page, 'engine')).toContainText(
    /This network runs on the slower reference engine: The kernel “.+” needs \d+ storage buffers; this device allows 3\./,
  );

  await trainer(page).evaluate(() => void Object.assign(globalThis, { mostStorageBuffers: undefined }));
  const fast = await runToEnd(page);
  await expect(notice(page, 'engine')).toBeHidden();
  const [losses, expected] = [fast, slow].map(({ variants }) => variants[0]!.train.loss);
  expect(losses).toHaveLength(3);
  for (const [i, loss] of losses!.entries()) expect(loss).toBeCloseTo(expected![i]!, 3);
});
