import { describe, expect, it } from 'vitest';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import { RandomStream, toUniform } from '../random/streams.ts';
import { addMeasured, emptyRecord } from '../record/build.ts';
import type { RunRecord } from '../record/record.ts';
import { createWorkerLab, type InterruptedSummary, type Lab, type LabEvent } from './client.ts';

const micro: Experiment = {
  ...defaultExperiment(),
  network: 'vgg:4-M-4',
  batchSize: 8,
  trainExamples: 200,
  testExamples: 20,
  steps: 60,
  probeEvery: 10,
  testEvery: 20,
  icsLayers: [1, 2],
  activationLayers: [2],
  momentum: 0.5,
};

function openLab() {
  const lab = createWorkerLab('/data/');
  const events: LabEvent[] = [];
  let record: RunRecord | null = null;
  lab.subscribe((event) => {
    events.push(event);
    if (event.type === 'started') record = emptyRecord(event.experiment, event.environment);
    if (event.type === 'measured') for (const measured of event.measured) addMeasured(record!, measured);
  });
  return { lab, events, record: () => record! };
}

/** Resolves at the first measurement of a step or a later one. */
function atStep(lab: Lab, step: number): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = lab.subscribe((event) => {
      if (event.type !== 'measured' || event.step < step) return;
      unsubscribe();
      resolve();
    });
  });
}

/** A worker that was ended lets go of its run a moment later: until then it is told by an event. */
function interruptedRun({ lab }: { lab: Lab }): Promise<InterruptedSummary> {
  return new Promise((resolve) => {
    lab.subscribe((event) => event.type === 'interrupted' && resolve(event.run));
    void lab.interrupted().then((run) => run && resolve(run));
  });
}

async function undisturbed(): Promise<RunRecord> {
  const { lab, record } = openLab();
  const device = await lab.open();
  expect(device.backend).toBe('webgpu');
  await lab.configure(micro);
  expect(await lab.run()).toBe('finished');
  lab.dispose();
  return record();
}

/** How often the device is destroyed; the figure of docs/reliability.md was made with 50. */
const LOSSES = Number(import.meta.env.VITE_DEVICE_LOSSES ?? 4);
const LOSSES_A_RUN = 4;
/** A step takes about 20 ms here, one with a probe 200. */
const MOST_DELAY_MS = 60;
const SEED = Number(import.meta.env.VITE_LOSS_SEED ?? 2018);

describe('on WebGPU, in the worker', () => {
  it(`${LOSSES} devices destroyed at any moment leave the record of an undisturbed run`, async () => {
    const expected = await undisturbed();
    let recovered = 0;
    let duringProbes = 0;
    let drawn = 0;
    const random = new RandomStream(SEED, 'data');
    const below = (most: number, index: number, part: number): number =>
      Math.floor(toUniform(random.bits(part, index)[0]!) * most);
    while (recovered < LOSSES) {
      const { lab, events, record } = openLab();
      await lab.configure(micro);
      const run = lab.run();
      // Steps that train only, steps that probe, steps that test, and what lies between them.
      const moments = Array.from({ length: Math.min(LOSSES_A_RUN, LOSSES - recovered) }, (_, i) => ({
        step: below(micro.steps - 5, drawn + i, 0),
        delayMs: below(MOST_DELAY_MS, drawn + i, 1),
      }));
      drawn += moments.length;
      let isOver = false;
      const end = run.finally(() => {
        isOver = true;
      });
      for (const { step, delayMs } of moments.sort((a, b) => a.step - b.step)) {
        // A fast device may have come to the end meanwhile.
        await Promise.race([atStep(lab, step), end]);
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        if (!isOver) await lab.loseDevice();
      }
      expect(await run).toBe('finished');
      expect(record().variants).toEqual(expected.variants);
      const told = events.filter((event) => event.type === 'recovered');
      for (const { lostStep, step } of told) expect(lostStep - step).toBeLessThanOrEqual(25);
      recovered += told.length;
      // The last step asked for was one with a probe.
      duringProbes += told.filter(({ lostStep }) => (lostStep - 1) % micro.probeEvery === 0).length;
      lab.dispose();
    }
    console.info(`Seed ${SEED}: ${recovered} losses, ${duringProbes} of them with a probe under way.`);
    if (LOSSES >= 20) expect(duringProbes).toBeGreaterThan(0);
  });

  it('a run whose tab was closed goes on elsewhere and ends as an undisturbed one', async () => {
    const expected = await undisturbed();
    const first = openLab();
    await first.lab.configure(micro);
    void first.lab.run().catch(() => {});
    await atStep(first.lab, 25);
    await first.lab.pause();
    first.lab.dispose();

    const second = openLab();
    const interrupted = await interruptedRun(second);
    expect(interrupted.step).toBeGreaterThan(25);
    expect(interrupted.experiment).toEqual(micro);
    const pace = await second.lab.measurePace();
    for (const number of [
      ...pace!.rates.map(({ flopsPerSecond }) => flopsPerSecond),
      pace!.float64FlopsPerSecond,
    ])
      expect(number).toBeGreaterThan(1e6);
    await second.lab.resume(interrupted.id);
    expect(second.record().variants[0]!.train.step).toHaveLength(interrupted.step);
    expect(await second.lab.run()).toBe('finished');
    expect(second.record().variants).toEqual(expected.variants);
    expect(await second.lab.interrupted()).toBeNull();
    second.lab.dispose();
  });

  it('a run that a tab is busy with is not taken for interrupted; one that is discarded is gone', async () => {
    const first = openLab();
    await first.lab.configure(micro);
    await first.lab.step(3);
    const second = openLab();
    expect(await second.lab.interrupted()).toBeNull();
    first.lab.dispose();
    const interrupted = await interruptedRun(second);
    expect(interrupted.step).toBe(3);
    await second.lab.discard(interrupted.id);
    expect(await second.lab.interrupted()).toBeNull();
    await expect(second.lab.resume(interrupted.id)).rejects.toMatchObject({ problem: { kind: 'not-ready' } });
    second.lab.dispose();
  });
});
