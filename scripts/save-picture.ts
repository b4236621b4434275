/**
 * Saves the first picture, which the built page shows before its program runs: `npm run build && npm run save-picture`, then
 * build again. Opens the built page as a first visit, lets it draw the recorded run of the default experiment, and writes what
 * is drawn into src/ui/firstPicture/saved: one piece of HTML for wide windows, one for phones, and their style sheet.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { chromium, type Page } from 'playwright';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { LAYOUTS, PICTURE_FOLDER } from './picture.ts';
import { previewBuild } from './previewBuild.ts';

/** The page is drawn when it has not changed for so long. */
const QUIET_MS = 1000;
const SIZES = { wide: { width: 1440, height: 1080 }, phone: { width: 390, height: 844 } };

/**
 * What the page has drawn, as HTML that stands without its program: `style` attributes, which the page's security policy
 * forbids, as classes; names of its own for all ids; addresses relative to the page.
 */
function pictureOf({ layout, classes }: { layout: string; classes: Record<string, string> }): {
  html: string;
  classes: Record<string, string>;
} {
  const picture = document.getElementById('root')!.cloneNode(true) as HTMLElement;
  for (const unseen of picture.querySelectorAll('[popover], [aria-live], dialog, title, desc'))
    unseen.remove();
  const prefix = `first-${layout}-`;
  for (const element of [picture, ...picture.querySelectorAll<HTMLElement | SVGElement>('*')]) {
    for (const { name, value } of [...element.attributes]) {
      if (name === 'id') element.id = prefix + value;
      else if (name === 'style') {
        classes[value] ??= `saved-${Object.keys(classes).length}`;
        element.classList.add(classes[value]);
        element.removeAttribute(name);
      } else if (/^(popovertarget|tabindex|data-testid|aria-(labelledby|describedby|controls))$/.test(name))
        element.removeAttribute(name);
      else if (name === 'href')
        element.setAttribute(name, value.replace(new URL('./', location.href).href, './'));
      else if (value.includes('url(#')) element.setAttribute(name, value.replace('url(#', `url(#${prefix}`));
      else if (/^-?\d+\.\d{3,}$/.test(value))
        element.setAttribute(name, String(Math.round(Number(value) * 100) / 100));
    }
  }
  // The browser tells when it has painted this text: `npm run first-picture`.
  picture.querySelector('.panel-number')?.setAttribute('elementtiming', 'first-picture');
  picture.removeAttribute('class');
  picture.id = `first-${layout}`;
  return { html: picture.outerHTML, classes };
}

async function open(page: Page, address: string): Promise<void> {
  // The device is not looked for: the picture is of a page that has not found one yet.
  await page.route(/labWorker/, () => {});
  await page.goto(address);
  await page.locator('#root path.band').first().waitFor({ state: 'attached' });
  await page.locator('#first-picture').waitFor({ state: 'detached' });
  await page.locator('#root .claims').first().waitFor({ state: 'attached' });
  await page.waitForFunction(
    (quietMs) => {
      const now = document.getElementById('root')!.innerHTML;
      const seen = (window as { seen?: { text: string; atMs: number } }).seen;
      if (seen?.text === now) return performance.now() - seen.atMs > quietMs;
      (window as { seen?: { text: string; atMs: number } }).seen = { text: now, atMs: performance.now() };
      return false;
    },
    QUIET_MS,
    { polling: 100 },
  );
}

const browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_FLAGS });
const server = await previewBuild();
mkdirSync(PICTURE_FOLDER, { recursive: true });
let classes: Record<string, string> = {};
try {
  for (const layout of LAYOUTS) {
    const page = await browser.newPage({ viewport: SIZES[layout], serviceWorkers: 'block' });
    await open(page, server.resolvedUrls!.local[0]!);
    const saved = await page.evaluate(pictureOf, { layout, classes });
    classes = saved.classes;
    writeFileSync(`${PICTURE_FOLDER}${layout}.html`, `${saved.html}\n`);
    console.log(`${layout}.html: ${(saved.html.length / 1000).toFixed(1)} kB`);
  }
} finally {
  await browser.close();
  await server.close();
}
const rules = Object.entries(classes).map(
  ([style, name]) => `#first-picture .${name} {\n  ${style.replaceAll('; ', ';\n  ')}\n}\n`,
);
writeFileSync(`${PICTURE_FOLDER}saved.css`, `/* Written by \`npm run save-picture\`. */\n${rules.join('')}`);
