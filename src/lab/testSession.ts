/** For tests: a session on a float64 engine, its events and its record. */
import { afterEach } from 'vitest';
import { createFloat64Engine } from '../engine/float64/engine.ts';
import type { Engine } from '../engine/model.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { defaultExperiment } from '../experiment/settings.ts';
import type { DeviceFault } from '../gpu/device.ts';
import { addMeasured, emptyRecord } from '../record/build.ts';
import type { RunRecord } from '../record/record.ts';
import type { ComputeDevice } from './devices.ts';
import type { LabEvent } from './lab.ts';
import { RunArchive } from './runArchive.ts';
import { RunLocks } from './runLocks.ts';
import { Session } from './session.ts';
import { memoryLocks } from './testStorage.ts';

/** A deep linear network: its data need no files, and float64 on the CPU trains it at once. */
export function smallExperiment(changes: Partial<Experiment> = {}): Experiment {
  return {
    ...defaultExperiment(),
    dataset: 'gaussian',
    network: 'dln:4x5',
    variants: ['none', 'batch'],
    learningRate: 1e-3,
    batchSize: 20,
    trainExamples: 60,
    testExamples: 25,
    steps: 12,
    probeEvery: 5,
    testEvery: 6,
    icsLayers: [1, 3],
    ...changes,
  };
}

const sessions: Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.dispose();
});

export function openSession(
  createEngine: () => Engine = createFloat64Engine,
  archive?: RunArchive,
  paceEngine: () => Engine = createEngine,
) {
  let fault: (fault: DeviceFault) => void = () => {};
  const compute: ComputeDevice = {
    device: { backend: 'cpu', adapter: 'float64', software: true, fallback: null, memoryBytes: 2 ** 30 },
    engines: [createEngine],
    paceEngine,
    lose: () => fault({ kind: 'device-lost', message: 'lost for the test' }),
    close: () => {},
  };
  const session = new Session({
    dataUrl: 'http://localhost/data/',
    app: 'test',
    archive: archive ?? new RunArchive(undefined, new RunLocks(memoryLocks())),
    openDevice: (onFault) => {
      fault = onFault;
      return Promise.resolve(compute);
    },
  });
  sessions.push(session);
  const events: LabEvent[] = [];
  let record: RunRecord | null = null;
  session.subscribe((event) => {
    events.push(event);
    if (event.type === 'started') record = emptyRecord(event.experiment, event.environment);
    if (event.type === 'measured') for (const measured of event.measured) addMeasured(record!, measured);
  });
  return { session, events, record: () => record!, report: (each: DeviceFault) => fault(each) };
}
