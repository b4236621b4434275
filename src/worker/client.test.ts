import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/settings.ts';
import { createLabOver, type LabEvent } from './client.ts';

/** What a page sees of a worker; the test plays its other side. */
class StandIn {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: { message: string; preventDefault(): void }) => void) | null = null;
  readonly posted: { id: number; call: string }[] = [];
  terminated = false;
  postMessage(message: { id: number; call: string }): void {
    this.posted.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
}

function openLab() {
  const workers: StandIn[] = [];
  const lab = createLabOver(() => {
    workers.push(new StandIn());
    return workers.at(-1) as unknown as Worker;
  });
  const events: LabEvent[] = [];
  lab.subscribe((event) => events.push(event));
  return { lab, workers, events };
}

describe('a worker that fails', () => {
  it('fails the run with what and where, rejects what waits, and is replaced by the next call', async () => {
    const { lab, workers, events } = openLab();
    expect(workers).toEqual([]);
    const run = lab.run();
    const [first] = workers;
    const measured = { type: 'measured', measured: [], step: 7, stepsPerSecond: 1 };
    first!.onmessage!({
      data: { type: 'event', event: { type: 'state', state: 'running', step: 0, steps: 9 } },
    });
    first!.onmessage!({ data: { type: 'event', event: measured } });
    first!.onerror!({ message: 'x is undefined', preventDefault: () => {} });
    await expect(run).rejects.toMatchObject({ problem: { kind: 'internal', message: 'x is undefined' } });
    expect(first!.terminated).toBe(true);
    expect(events.slice(-2)).toMatchObject([
      { type: 'state', state: 'failed', step: 7, steps: 9 },
      {
        type: 'problem',
        problem: { kind: 'internal', hint: expect.stringContaining('curves so far are kept') },
      },
    ]);
    const configured = lab.configure(defaultExperiment());
    expect(workers).toHaveLength(2);
    const { id } = workers[1]!.posted[0]!;
    workers[1]!.onmessage!({ data: { type: 'answer', id, value: null } });
    await configured;
  });

  it('messages that are not ours change nothing', async () => {
    const { lab, workers, events } = openLab();
    const asked = lab.interrupted();
    for (const data of [
      null,
      'x',
      {},
      { type: 'event' },
      { type: 'answer', id: 99 },
      { type: 'refusal', id: 1, problem: { kind: 'odd' } },
    ])
      workers[0]!.onmessage!({ data });
    expect(events).toEqual([]);
    workers[0]!.onmessage!({ data: { type: 'answer', id: 1, value: null } });
    expect(await asked).toBeNull();
  });
});
