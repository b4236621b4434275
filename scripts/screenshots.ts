/**
 * Pictures of every page of the built lab after a real run, under docs/screenshots, at the sizes of a phone, a laptop
 * and a projector: `npm run build && npm run screenshots -- [folder]`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants as zlibConstants } from 'node:zlib';
import { chromium, type Page } from 'playwright';
import { PNG } from 'pngjs';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { previewBuild } from './previewBuild.ts';

/** Three networks that train within a minute on a processor. The pictures say what is shown. */
const RUN = '#v=1&net=vgg:8-M-16-M-32&batch=32&steps=150&every=3&test=500&testevery=25&ics=2,3';

const SIZES = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
];

interface Picture {
  name: string;
  /** What the link says after the set-up. */
  page: string;
  /** What is in sight once the page is drawn. */
  shows: string;
  theme?: 'light' | 'dark';
  /** What is pressed once the page is drawn. */
  press?: (page: Page) => Promise<unknown>;
}

/** Pressed again, the button would close the panel that the picture before has left open. */
async function openShare(page: Page): Promise<void> {
  const share = page.getByRole('button', { name: 'Share' });
  if ((await share.getAttribute('aria-expanded')) !== 'true') await share.click();
}
const reveal = (page: Page): Promise<unknown> => page.keyboard.press('r');

const PICTURES: Picture[] = [
  { name: 'lab', page: '', shows: '.claims' },
  { name: 'lab-dark', page: '', shows: '.claims', theme: 'dark' },
  { name: 'zoomed', page: '&zoom=40-90', shows: '.zoom-bar' },
  { name: 'share', page: '', shows: '.claims', press: openShare },
  { name: 'share-dark', page: '', shows: '.claims', press: openShare, theme: 'dark' },
  { name: 'framed', page: '&fig=loss-along-the-gradient&embed=1', shows: '.figure' },
  { name: 'framed-dark', page: '&fig=loss-along-the-gradient&embed=1', shows: '.figure', theme: 'dark' },
  { name: 'theory', page: '&page=theory', shows: 'math' },
  { name: 'theory-dark', page: '&page=theory', shows: 'math', theme: 'dark' },
  { name: 'runs', page: '&page=runs', shows: 'h1' },
  { name: 'runs-dark', page: '&page=runs', shows: 'h1', theme: 'dark' },
  { name: 'bench', page: '&page=bench', shows: 'h1' },
  { name: 'lecture-asked', page: '&page=lecture&view=5', shows: '.lecture-veil' },
  { name: 'lecture-shown', page: '&page=lecture&view=6', shows: '.lecture-figure', press: reveal },
  {
    name: 'lecture-dark',
    page: '&page=lecture&view=3',
    shows: '.lecture-figure',
    press: reveal,
    theme: 'dark',
  },
  { name: 'glossary', page: '&page=glossary', shows: '.term' },
  { name: 'glossary-dark', page: '&page=glossary', shows: '.term', theme: 'dark' },
];

interface Scripting {
  ready: Promise<unknown>;
  run(): Promise<{ variants: { id: string; status: string }[] }>;
}

/** Trains the networks of `RUN`; the record stays with the page while only its fragment changes. */
async function train(page: Page, address: string): Promise<void> {
  await page.goto(`${address}${RUN}`);
  const variants = await page.evaluate(async () => {
    const lab = (window as unknown as { normscape: Scripting }).normscape;
    await lab.ready;
    return (await lab.run()).variants;
  });
  console.log(`trained: ${variants.map(({ id, status }) => `${id} ${status}`).join(', ')}`);
}

/** The same pixels in fewer bytes: text on plain ground packs best without filters and without transparency. */
function smaller(picture: Buffer): Buffer {
  return PNG.sync.write(PNG.sync.read(picture), {
    colorType: 2,
    filterType: 0,
    deflateLevel: 9,
    deflateStrategy: zlibConstants.Z_DEFAULT_STRATEGY,
  });
}

async function take(
  page: Page,
  { name, page: part, shows, theme = 'light', press }: Picture,
  folder: string,
): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.evaluate((fragment) => {
    location.hash = fragment;
  }, `${RUN}${part}`);
  await page.locator(shows).first().waitFor({ state: 'attached' });
  await press?.(page);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await page.locator(shows).first().waitFor({ state: 'attached' });
    await page.evaluate(async () => {
      scrollTo(0, 0);
      await document.fonts.ready;
    });
    // Figures measure their place, then draw, at most four times a second.
    await page.waitForTimeout(1000);
    const path = join(folder, `${name}-${size.width}x${size.height}.png`);
    const picture = smaller(await page.screenshot());
    writeFileSync(path, picture);
    console.log(`${path} (${Math.ceil(picture.length / 1024)} KB)`);
  }
}

const folder = process.argv[2] ?? join('docs', 'screenshots');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_FLAGS });
const server = await previewBuild();
try {
  const page = await browser.newPage({ viewport: SIZES[1]!, serviceWorkers: 'block' });
  await train(page, server.resolvedUrls!.local[0]!);
  for (const picture of PICTURES) await take(page, picture, folder);
} finally {
  await browser.close();
  await server.close();
}
