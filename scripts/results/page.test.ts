import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { resultsPage } from './page.ts';

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

it('docs/results.md says what the recorded runs hold (npm run results writes it anew)', () => {
  expect(readFileSync(pathOf('docs/results.md'), 'utf8')).toBe(resultsPage(pathOf('public/runs')));
});
