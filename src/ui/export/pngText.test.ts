import { crc32 } from 'node:zlib';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { withDescription } from './pngText.ts';

it('a described picture keeps its points, and holds the words in a part with the right length and sum', async () => {
  const picture = new PNG({ width: 3, height: 2 });
  picture.data.set(picture.data.map((_, i) => (37 * i) % 256));
  const plain = PNG.sync.write(picture);
  const words = 'set-up #v=1&lr=0.5, ℓ₂ norm';
  const blob = withDescription(new Blob([new Uint8Array(plain)]), words);
  const described = Buffer.from(await blob.arrayBuffer());
  expect(PNG.sync.read(described).data).toEqual(PNG.sync.read(plain).data);
  const at = described.indexOf('iTXt');
  const end = at + 4 + described.readUInt32BE(at - 4);
  expect(described.toString('utf8', at, end)).toBe(`iTXtDescription\0\0\0\0\0${words}`);
  expect(described.readUInt32BE(end)).toBe(crc32(described.subarray(at, end)));
});
