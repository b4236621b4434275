/** Lets the built page import archives that tests made. */
import type { Page } from '@playwright/test';
import { type Cifar10Sums, PUBLISHED } from '../src/data/import/cifar10Writer.ts';

/** Serves the import worker with other sums in place of the published ones, and other texts in place of `others`’ first. */
export async function expectSums(
  page: Page,
  sums: Partial<Cifar10Sums>,
  others: readonly (readonly [string, string])[] = [],
): Promise<void> {
  const asked = { ...PUBLISHED, ...sums };
  const pairs = [
    [PUBLISHED.archiveSha256, asked.archiveSha256],
    [`${PUBLISHED.archiveBytes}`, `${asked.archiveBytes}`],
    ...Object.entries(PUBLISHED.files).map(([name, sum]) => [sum, asked.files[name]!]),
    ...others,
  ] as const;
  await page.route('**/importWorker-*.js', async (route) => {
    const response = await route.fetch();
    let body = await response.text();
    for (const [published, made] of pairs) {
      if (!body.includes(published!)) throw new Error(`The import worker does not hold ${published}.`);
      body = body.replaceAll(published!, made!);
    }
    await route.fulfill({ response, body });
  });
}
