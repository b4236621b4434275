/** Interleaved measurement: whatever slows the machine for a while slows every competitor alike. */

/** One thing that is timed: a turn resolves once its work is done. */
export interface Timed<Sample> {
  turn(): Promise<Sample>;
}

/** Who comes when in a round of `count`: everybody once, each round beginning with the next one. */
export function turnOrder(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, i) => (i + round) % count);
}

/** Every competitor's samples, round after round. */
export async function interleave<Sample>(
  competitors: readonly Timed<Sample>[],
  rounds: number,
  onTurn: (done: number) => void = () => {},
): Promise<Sample[][]> {
  const samples = competitors.map((): Sample[] => []);
  let done = 0;
  for (let round = 0; round < rounds; round++)
    for (const index of turnOrder(competitors.length, round)) {
      samples[index]!.push(await competitors[index]!.turn());
      onTurn(++done);
    }
  return samples;
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
