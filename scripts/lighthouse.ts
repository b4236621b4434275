/**
 * Lighthouse's scores of every page of the built lab, as on a desktop: `npm run lighthouse -- [page …]`, after a build.
 * Prints a table and what cost points; fails where a score is below the least. Its package is fetched when it is asked for.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { PAGES } from '../src/store/state.ts';
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts';
import { previewBuild } from './previewBuild.ts';

/** Older ones, which run on Node 20, cannot read the traces of recent Chromiums. */
const PACKAGES = ['--package=node@22.23.3', '--package=lighthouse@13.5.0'];
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const LEAST_SCORE = 95;

const scoreSchema = v.nullable(v.number());
const reportSchema = v.object({
  categories: v.record(
    v.string(),
    v.object({
      score: scoreSchema,
      auditRefs: v.array(v.object({ id: v.string(), weight: v.number() })),
    }),
  ),
  audits: v.record(
    v.string(),
    v.object({ title: v.string(), score: scoreSchema, displayValue: v.optional(v.string()) }),
  ),
});
type Report = v.InferOutput<typeof reportSchema>;

const run = promisify(execFile);

async function reportOf(address: string, chromium: string, folder: string): Promise<Report> {
  const path = join(folder, 'report.json');
  const options = [
    '--preset=desktop',
    `--only-categories=${CATEGORIES.join(',')}`,
    `--chrome-flags=${['--headless=new', ...CHROMIUM_FLAGS].join(' ')}`,
    '--output=json',
    `--output-path=${path}`,
    '--quiet',
  ];
  await run('npx', ['--yes', ...PACKAGES, '--', 'lighthouse', address, ...options], {
    env: { ...process.env, CHROME_PATH: chromium },
    maxBuffer: 64 * 2 ** 20,
  });
  return v.parse(reportSchema, JSON.parse(readFileSync(path, 'utf8')));
}

/** In hundredths; 0 where it could not be worked out. */
const scoreOf = ({ categories }: Report, category: string): number =>
  Math.round(100 * (categories[category]?.score ?? 0));

/** “Largest Contentful Paint 1.2 s (0.93)” for every audit that cost points. */
function lostPoints({ categories, audits }: Report): string[] {
  const counted = CATEGORIES.flatMap((category) => categories[category]?.auditRefs ?? []);
  return counted.flatMap(({ id, weight }) => {
    const audit = audits[id];
    if (weight === 0 || !audit || audit.score === null || audit.score >= 0.9) return [];
    return [`${[audit.title, audit.displayValue].filter(Boolean).join(' ')} (${audit.score})`];
  });
}

const asked = process.argv.slice(2);
const pages = PAGES.filter((page) => asked.length === 0 || asked.includes(page));
const chromium = await ensureChromium();
const folder = mkdtempSync(join(tmpdir(), 'normscape-lighthouse-'));
const server = await previewBuild();
try {
  const home = server.resolvedUrls!.local[0]!;
  console.log(`| page | ${CATEGORIES.join(' | ')} |\n|---|${CATEGORIES.map(() => '--:|').join('')}`);
  for (const page of pages) {
    const report = await reportOf(page === 'lab' ? home : `${home}#v=1&page=${page}`, chromium, folder);
    const scores = CATEGORIES.map((category) => scoreOf(report, category));
    console.log(`| ${page} | ${scores.join(' | ')} |`);
    for (const lost of lostPoints(report)) console.error(`${page}: ${lost}`);
    if (scores.some((score) => score < LEAST_SCORE)) process.exitCode = 1;
  }
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}
