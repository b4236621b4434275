import { createHash } from 'node:crypto';
import { expect, test } from '@playwright/test';
import { readManifest } from '../src/data/manifest.ts';
import { DATASETS } from '../src/experiment/datasets.ts';

const FOLDER = 'data/fashion-mnist/';

test('the page answers and is called Normscape', async ({ page }) => {
  const response = await page.goto('./');
  expect(response?.status()).toBe(200);
  await expect(page).toHaveTitle(/Normscape/);
});

test('shards are served with the sums that their manifest names', async ({ request }) => {
  const listing = await request.get(`${FOLDER}manifest.json`);
  const [shard] = readManifest(await listing.text(), DATASETS['fashion-mnist']).train;
  const response = await request.get(FOLDER + shard!.file);
  const sum = createHash('sha256').update(await response.body());
  expect(sum.digest('hex')).toBe(shard!.sha256);
});
