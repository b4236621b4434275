/** Fashion-MNIST from its four idx files. */
import { join } from 'node:path';
import { IDX_DATASETS } from '../../src/data/import/idxSums.ts';
import type { Manifest } from '../../src/data/manifest.ts';
import { DATASETS } from '../../src/experiment/datasets.ts';
import { readIdx } from './idx.ts';
import { type Images, writeDataset } from './shards.ts';

/** Where Debian's package dataset-fashion-mnist puts the files. */
const DEBIAN_FOLDER = '/usr/share/datasets/fashion-mnist';
const { shape, trainExamples, testExamples } = DATASETS['fashion-mnist'];
const LICENCE = `The MIT License (MIT)

Copyright (c) 2017 Zalando SE, https://tech.zalando.com

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

function readSplit(folder: string, prefix: string, examples: number): Images {
  return {
    images: readIdx(join(folder, `${prefix}-images-idx3-ubyte`), [examples, shape[0], shape[1]]),
    labels: readIdx(join(folder, `${prefix}-labels-idx1-ubyte`), [examples]),
  };
}

/** Writes the data set into `target` from the idx files in `folder`. Throws where they are not what they should be. */
export function buildFashionMnist(target: string, folder = DEBIAN_FOLDER): Manifest {
  const head = {
    ...IDX_DATASETS['fashion-mnist'].head,
    shape: [...shape] as [number, number, number],
  };
  const splits = {
    train: readSplit(folder, 'train', trainExamples),
    test: readSplit(folder, 't10k', testExamples),
  };
  return writeDataset(target, head, splits, LICENCE);
}
