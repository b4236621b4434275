/**
 * Builds the data sets that the page serves, into public/data/:
 *
 *   npm run data -- fashion-mnist [folder of the idx files]
 *   npm run data -- cifar10 [cifar-10-binary.tar.gz, or its address]
 */
import { fileURLToPath } from 'node:url';
import type { Manifest, Shard } from '../src/data/manifest.ts';
import { DataError } from '../src/data/problem.ts';
import { buildCifar10 } from './data/cifar10.ts';
import { buildFashionMnist } from './data/fashion-mnist.ts';

interface Builder {
  /** Below public/data/. */
  folder: string;
  build: (target: string, from?: string) => Manifest | Promise<Manifest>;
}

const BUILDERS: Record<string, Builder> = {
  'fashion-mnist': { folder: 'fashion-mnist', build: buildFashionMnist },
  cifar10: { folder: 'cifar-10', build: buildCifar10 },
};

function summary(split: string, shards: Shard[]): string {
  const sum = (of: (shard: Shard) => number): number => shards.reduce((total, shard) => total + of(shard), 0);
  const [examples, bytes] = [sum((shard) => shard.examples), sum((shard) => shard.bytes)];
  return `${split}: ${examples.toLocaleString('en-US')} examples in ${shards.length} shards, ${bytes.toLocaleString('en-US')} bytes`;
}

async function main([dataset, from]: string[]): Promise<void> {
  const builder = BUILDERS[dataset ?? ''];
  if (!dataset || !builder)
    throw new Error(
      `${dataset ? `“${dataset}” is not a data set that can be built.` : 'Which data set?'} Usage: npm run data -- ${Object.keys(BUILDERS).join(' | ')} [its source]`,
    );
  const target = fileURLToPath(new URL(`../public/data/${builder.folder}`, import.meta.url));
  const manifest = await builder.build(target, from);
  console.log(summary('train', manifest.train));
  console.log(summary('test', manifest.test));
  console.log(`mean ${manifest.mean.join(', ')}; standard deviation ${manifest.std.join(', ')}`);
  console.log(`written to ${target}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  if (error instanceof DataError) console.error(error.problem.hint);
  process.exitCode = 1;
}
