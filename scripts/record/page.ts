/** The built page in a headless Chromium with a profile of its own: what it stores outlives the process. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { build, type PreviewServer, preview } from 'vite';
import { CHROMIUM_FLAGS, ensureChromium } from '../chromium.ts';
import { freePort } from '../port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** So high that every figure is in sight, and is therefore drawn. */
const WINDOW = { width: 1440, height: 6000 };

export interface LabPage {
  page: Page;
  close(): Promise<void>;
}

/** The port of a profile never changes: what a page stores belongs to its address. */
async function portOf(profile: string): Promise<number> {
  const path = join(profile, 'port');
  if (existsSync(path)) return Number(readFileSync(path, 'utf8'));
  const port = await freePort();
  writeFileSync(path, String(port));
  return port;
}

/** Builds and serves the lab and opens it. */
export async function openLabPage(profile: string): Promise<LabPage> {
  mkdirSync(profile, { recursive: true });
  const built = mkdtempSync(join(tmpdir(), 'normscape-record-'));
  let server: PreviewServer | null = null;
  let context: BrowserContext | null = null;
  const close = async (): Promise<void> => {
    await context?.close();
    await server?.close();
    rmSync(built, { recursive: true, force: true });
  };
  try {
    const executablePath = await ensureChromium();
    await build({ root: ROOT, logLevel: 'warn', build: { outDir: built, emptyOutDir: true } });
    const port = await portOf(profile);
    server = await preview({ root: ROOT, build: { outDir: built }, preview: { port, strictPort: true } });
    context = await chromium.launchPersistentContext(join(profile, 'chromium'), {
      executablePath,
      args: CHROMIUM_FLAGS,
      viewport: WINDOW,
      serviceWorkers: 'block',
    });
    const page = await context.newPage();
    await page.goto(server.resolvedUrls!.local[0]!);
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
