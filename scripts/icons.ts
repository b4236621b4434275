/** The icons of the installed page, drawn from its mark, under public/icons: `npm run icons`. Commit what it writes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { PNG } from 'pngjs';
import { MARK_BAND, MARK_EDGE, MARK_HEIGHT, MARK_WIDTH } from '../src/ui/shell/mark.ts';
import { ensureChromium } from './chromium.ts';
import { ICONS, type Icon, PAPER_COLOUR } from './offline.ts';

const INK = '#16181b';
const FOLDER = join('public', 'icons');
/** Of the icon's width. What lies outside the middle 80% of a maskable icon may be cut away. */
const MARK_SHARE = { any: 0.72, maskable: 0.54 };
const CORNER_SHARE = { any: 0.2, maskable: 0 };

function drawn({ size, purpose }: Icon): string {
  const scale = (size * MARK_SHARE[purpose]) / MARK_WIDTH;
  const left = (size - MARK_WIDTH * scale) / 2;
  // The mark's own middle lies above that of its box.
  const top = (size - (MARK_HEIGHT - 3) * scale) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">
    <rect width="${size}" height="${size}" rx="${size * CORNER_SHARE[purpose]}" fill="${PAPER_COLOUR}"/>
    <g transform="translate(${left} ${top}) scale(${scale})">
      <path d="${MARK_BAND}" fill="${INK}" opacity=".22"/>
      <path d="${MARK_EDGE}" fill="none" stroke="${INK}" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round"/>
    </g></svg>`;
}

async function render(page: Page, icon: Icon): Promise<Buffer> {
  await page.setViewportSize({ width: icon.size, height: icon.size });
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${drawn(icon)}`);
  const picture = PNG.sync.read(await page.screenshot({ omitBackground: true }));
  return PNG.sync.write(picture, { deflateLevel: 9 });
}

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: await ensureChromium() });
try {
  const page = await browser.newPage();
  for (const icon of ICONS) {
    const picture = await render(page, icon);
    writeFileSync(join(FOLDER, icon.file), picture);
    console.log(`${icon.file} (${picture.length} bytes)`);
  }
} finally {
  await browser.close();
}
