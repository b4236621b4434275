/** What a test program's JSON report says: how many tests passed and failed, and why those that failed did. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import * as v from 'valibot';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed, with the first line of why: a log that is cut keeps its end. */
  failures: string[];
}

const vitestReport = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      message: v.optional(v.string(), ''),
      assertionResults: v.array(
        v.object({
          status: v.string(),
          fullName: v.string(),
          failureMessages: v.nullish(v.array(v.string()), []),
        }),
      ),
    }),
  ),
});

interface PlaywrightGroup {
  specs?: { title: string; ok: boolean; file: string; tests: PlaywrightTest[] }[] | undefined;
  suites?: PlaywrightGroup[] | undefined;
}
const playwrightTest = v.object({
  results: v.array(v.object({ error: v.optional(v.object({ message: v.optional(v.string(), '') })) })),
});
type PlaywrightTest = v.InferOutput<typeof playwrightTest>;
const playwrightGroup: v.GenericSchema<unknown, PlaywrightGroup> = v.object({
  specs: v.optional(
    v.array(
      v.object({ title: v.string(), ok: v.boolean(), file: v.string(), tests: v.array(playwrightTest) }),
    ),
  ),
  suites: v.optional(v.array(v.lazy(() => playwrightGroup))),
});
const playwrightReport = v.object({
  stats: v.object({ expected: v.number(), unexpected: v.number(), flaky: v.number(), skipped: v.number() }),
  suites: v.array(playwrightGroup),
});

const firstLines = (text: string): string => stripVTControlCharacters(text).split('\n').slice(0, 3).join(' ');

function playwrightFailures(group: PlaywrightGroup): string[] {
  const own = (group.specs ?? []).filter(({ ok }) => !ok);
  const why = ({ results }: PlaywrightTest): string =>
    results.map(({ error }) => error?.message ?? '').join(' ');
  return [
    ...own.map(({ file, title, tests }) => `${file} › ${title}: ${firstLines(tests.map(why).join(' '))}`),
    ...(group.suites ?? []).flatMap(playwrightFailures),
  ];
}

/** Reads Vitest's JSON report. Throws where it is not one. */
export function vitestOutcome(raw: unknown): Outcome {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = v.parse(vitestReport, raw);
  // A file that breaks before its tests, or between them, fails without a failed test.
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  const failures = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(
        (one) => `${relative(ROOT, name)} › ${one.fullName}: ${firstLines(one.failureMessages?.[0] ?? '')}`,
      ),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests,
    failures: [
      ...failures,
      ...broken.map((file) => `${relative(ROOT, file.name)}: ${firstLines(file.message)}`),
    ],
  };
}

/** Reads Playwright's JSON report. Throws where it is not one. */
export function playwrightOutcome(raw: unknown): Outcome {
  const { stats, suites } = v.parse(playwrightReport, raw);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
    failures: suites.flatMap(playwrightFailures),
  };
}
