/** Flat vectors in float64 on the CPU: the part of a model that knows no network. */
import { type Comparison, comparison, Pending, type Slot, type Vector } from '../model.ts';

export class Float64Vector implements Vector {
  readonly data: Float64Array<ArrayBuffer>;
  constructor(data: Float64Array<ArrayBuffer>) {
    this.data = data;
  }
  get length(): number {
    return this.data.length;
  }
  dispose(): void {}
}

export class Float64Slot implements Slot {
  readonly numbers: readonly number[];
  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }
  get length(): number {
    return this.numbers.length;
  }
}

export const dataOf = (vector: Vector): Float64Array<ArrayBuffer> => (vector as Float64Vector).data;

export function addScaled(into: Vector, a: Vector, factor: number, b: Vector): void {
  const [target, left, right] = [dataOf(into), dataOf(a), dataOf(b)];
  for (let i = 0; i < target.length; i++) target[i] = left[i]! + factor * right[i]!;
}

/** Compares elements start … end − 1. */
export function compareRange(a: Vector, b: Vector, start: number, end: number): Pending<Comparison> {
  const [left, right] = [dataOf(a), dataOf(b)];
  let [squareA, squareB, inner, difference] = [0, 0, 0, 0];
  for (let i = start; i < end; i++) {
    const [p, q] = [left[i]!, right[i]!];
    squareA += p * p;
    squareB += q * q;
    inner += p * q;
    difference += (p - q) ** 2;
  }
  return new Pending([new Float64Slot([squareA, squareB, inner, difference])], comparison);
}

export const numbersOf = ({ slots }: Pending<unknown>): number[] =>
  slots.flatMap((slot) => (slot as Float64Slot).numbers);

export function readSlots<T>(pending: Pending<T>): Promise<T> {
  return Promise.resolve(pending.decode(numbersOf(pending)));
}
