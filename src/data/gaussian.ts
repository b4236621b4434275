/** Gaussian vectors and their images under one random matrix: what a deep linear network learns. */
import { normalPair } from '../random/normal.ts';
import { RandomStream } from '../random/streams.ts';
import { checkBatch } from './checkBatch.ts';
import type { Dataset, Examples } from './dataset.ts';

/** Keeps the streams of the matrix and of the two splits apart. */
const STREAM = { matrix: 0, train: 1, test: 2 } as const;

/** `rows` x `width` numbers from N(0, 1); a row does not depend on how many there are. */
function normalRows(seed: number, stream: number, rows: number, width: number): Float32Array {
  const source = new RandomStream(seed, 'data', stream);
  const out = new Float32Array(rows * width);
  const pair = new Float64Array(2);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column += 2) {
      const bits = source.bits(row, column / 2);
      normalPair(bits[0]!, bits[1]!, pair);
      out[row * width + column] = pair[0]!;
      if (column + 1 < width) out[row * width + column + 1] = pair[1]!;
    }
  return out;
}

function vectorExamples(x: Float32Array, matrix: Float32Array, width: number): Examples {
  const count = x.length / width;
  const y = new Float32Array(x.length);
  for (let row = 0; row < count; row++)
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += matrix[i * width + j]! * x[row * width + j]!;
      y[row * width + i] = sum;
    }
  return {
    count,
    fill(indices, xOut, yOut) {
      checkBatch(indices, count, { x: xOut.length, y: yOut.length }, { x: width, y: width });
      for (let i = 0; i < indices.length; i++) {
        const start = indices[i]! * width;
        xOut.set(x.subarray(start, start + width), i * width);
        yOut.set(y.subarray(start, start + width), i * width);
      }
    },
  };
}

/**
 * x ~ N(0, 1) of length `width`, target A x, with one A ~ N(0, 1), `width` x `width`, for training and test (the deep
 * linear network of the paper, section 3.1). x and A are rounded to float32; A x is summed in float64 and then rounded.
 */
export function gaussianDataset(
  seed: number,
  width: number,
  trainExamples: number,
  testExamples: number,
): Dataset {
  const matrix = normalRows(seed, STREAM.matrix, width, width);
  const examples = (stream: number, count: number): Examples =>
    vectorExamples(normalRows(seed, stream, count, width), matrix, width);
  return {
    shape: [1, 1, width],
    classes: 0,
    train: examples(STREAM.train, trainExamples),
    test: examples(STREAM.test, testExamples),
  };
}
