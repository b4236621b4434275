/** Interleaved measurement: whatever slows the machine for a while slows everything alike that is compared. */

/** Something that is measured again and again, with what each time gave. */
export class Sampled<Sample> {
  readonly samples: Sample[] = [];
  private readonly measure: () => Promise<Sample>;

  /** `measure` resolves once its work is done. */
  constructor(measure: () => Promise<Sample>) {
    this.measure = measure;
  }

  async turn(): Promise<void> {
    this.samples.push(await this.measure());
  }
}

/** Who comes when in a round of `count`: everybody once, each round beginning with the next one. */
export function turnOrder(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, i) => (i + round) % count);
}

/** Gives everybody one turn a round, one after another. */
export async function interleave(
  all: readonly Sampled<unknown>[],
  rounds: number,
  onTurn: (done: number, total: number) => void = () => {},
): Promise<void> {
  let done = 0;
  for (let round = 0; round < rounds; round++)
    for (const index of turnOrder(all.length, round)) {
      await all[index]!.turn();
      onTurn(++done, rounds * all.length);
    }
}

/** Milliseconds that an awaited piece of work takes. */
export async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** How many repetitions of something that takes `oneMs` fill about `turnMs`, at most `most`. */
export function repetitions(oneMs: number, turnMs: number, most: number): number {
  if (!(oneMs > 0)) return most;
  return Math.max(1, Math.min(most, Math.round(turnMs / oneMs)));
}
