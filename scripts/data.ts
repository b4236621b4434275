/** Rebuilds the data sets that the page serves: `npm run data -- fashion-mnist [folder of the idx files]`. */
import { fileURLToPath } from 'node:url';
import type { Manifest, Shard } from '../src/data/manifest.ts';
import { buildFashionMnist } from './data/fashion-mnist.ts';

const BUILDERS: Record<string, (target: string, folder?: string) => Manifest> = {
  'fashion-mnist': buildFashionMnist,
};

function summary(split: string, shards: Shard[]): string {
  const sum = (of: (shard: Shard) => number): number => shards.reduce((total, shard) => total + of(shard), 0);
  const [examples, bytes] = [sum((shard) => shard.examples), sum((shard) => shard.bytes)];
  return `${split}: ${examples.toLocaleString('en-US')} examples in ${shards.length} shards, ${bytes.toLocaleString('en-US')} bytes`;
}

function main([dataset, folder]: string[]): void {
  const builder = BUILDERS[dataset ?? ''];
  if (!dataset || !builder)
    throw new Error(
      `${dataset ? `“${dataset}” is not a data set that can be built.` : 'Which data set?'} Usage: npm run data -- ${Object.keys(BUILDERS).join(' | ')} [folder of its source files]`,
    );
  const target = fileURLToPath(new URL(`../public/data/${dataset}`, import.meta.url));
  const manifest = builder(target, folder);
  console.log(summary('train', manifest.train));
  console.log(summary('test', manifest.test));
  console.log(`mean ${manifest.mean.join(', ')}; standard deviation ${manifest.std.join(', ')}`);
  console.log(`written to ${target}`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
