import { describe, expect, it } from 'vitest';
import type { Engine } from '../model.ts';
import { Pending } from '../model.ts';
import { testBatch, testNetwork, testParameters } from '../testNetworks.ts';
import { createDeferredFloat64Engine } from './deferred.ts';
import { createFloat64Engine } from './engine.ts';

const network = testNetwork({ name: '', variant: 'noisy-batch', network: 'vgg:8-M-8', input: [12, 12, 1] });

/** Some steps of training with one scratch vector, and what is read of them. */
async function train(engine: Engine, steps = 12) {
  const model = await engine.model(network, 6);
  await model.watch([{ layer: 0, unit: 1 }]);
  const batch = engine.batch(testBatch(network));
  const [theta, gradient, running] = [
    model.vector(testParameters(network)),
    model.vector(),
    model.statistics(),
  ];
  const losses = Array.from({ length: steps }, () => {
    const loss = model.gradient(theta, batch, gradient, running);
    model.addScaled(theta, theta, -0.1, gradient);
    return loss;
  });
  const rest = {
    norm: model.compare(theta, gradient),
    activations: model.activations(theta, batch),
    evaluated: model.evaluate(theta, running, batch),
  };
  const pending = Pending.both(Pending.all(losses), Pending.object(rest as Record<string, Pending<unknown>>));
  return { pending, values: () => model.values(theta) };
}

describe('the float64 engine with its work put off', () => {
  it('gives the numbers of the one that works at once, to the last bit', async () => {
    const [now, later] = [createFloat64Engine(), createDeferredFloat64Engine(() => Promise.resolve())];
    const [first, second] = [await train(now), await train(later)];
    expect(await later.read(second.pending)).toEqual(await now.read(first.pending));
    expect(await second.values()).toEqual(await first.values());
  });

  it('does nothing before it is read, and rests in between for whatever else there is to do', async () => {
    let rests = 0;
    const engine = createDeferredFloat64Engine(async () => {
      rests++;
    });
    const { pending } = await train(engine, 60);
    expect(pending.decode([])[0].every((loss) => loss === undefined)).toBe(true);
    expect(rests).toBe(0);
    await engine.read(pending);
    expect(rests).toBeGreaterThan(0);
  });
});
