import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BENCH_PROBLEM_KINDS } from '../src/lab/bench/problem.ts';
import { LAB_PROBLEM_KINDS } from '../src/lab/lab.ts';
import { IMPORT_PROBLEM_KINDS } from '../src/worker/importMessages.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const documented = new Set(
  [...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(/`([a-z-]+)`/g)].map(([, kind]) => kind!),
);

/** Kinds of errors in a source: of an error that is thrown, or of an object that has a message beside it. */
function kindsIn(source: string): string[] {
  const thrown = source.matchAll(/new \w+Error\(\s*'([a-z-]+)',/g);
  const written = source.matchAll(/kind: '([a-z-]+)',\s*(?:key[^\n]*,\s*)?message\b/g);
  return [...thrown, ...written].map(([, kind]) => kind!);
}

const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.'))
  .map((path) => readFileSync(join(ROOT, 'src', path), 'utf8'));

describe('docs/errors.md', () => {
  it('lists every kind of problem that the source has', () => {
    const found = new Set([
      ...LAB_PROBLEM_KINDS,
      ...BENCH_PROBLEM_KINDS,
      ...IMPORT_PROBLEM_KINDS,
      ...sources.flatMap(kindsIn),
    ]);
    expect(found.size).toBeGreaterThan(20);
    expect([...found].filter((kind) => !documented.has(kind))).toEqual([]);
  });
});
