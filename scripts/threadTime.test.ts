import { describe, expect, it } from 'vitest';
import { threadTimes } from './threadTime.ts';

const onThread = { pid: 1, tid: 7, cat: 'toplevel' };
const task = (ts: number, dur: number, tdur?: number, tid = 7) => ({
  ...onThread,
  ...{ name: 'ThreadControllerImpl::RunTask', ph: 'X', ts, dur, tid },
  ...(tdur === undefined ? {} : { tdur }),
});
const measure = (name: string, start: number, end: number) => [
  { ...onThread, name, ph: 'b', ts: start },
  { ...onThread, name, ph: 'e', ts: end },
];
const trace = (...traceEvents: object[]): string => JSON.stringify({ traceEvents, metadata: {} });
const isRound = (name: string): boolean => name.startsWith('round');

describe('threadTimes', () => {
  it('adds up the processor time of the tasks that overlap a measure, on its own thread', () => {
    const events = [
      { name: 'thread_name', ph: 'M', pid: 1, tid: 7, args: { name: 'worker' } },
      ...measure('round 1', 100, 1100),
      ...measure('other', 0, 9000),
      ...measure('round 2', 2000, 3000),
      // Before, beginning before, inside, beside on another thread, ending after.
      ...[
        task(0, 90, 80),
        task(90, 100, 50),
        task(500, 200, 150),
        task(500, 200, 190, 8),
        task(1000, 300, 25),
      ],
      { ...task(510, 20, 20), name: 'Receive mojo message' },
      task(2100, 10, 5),
    ];
    expect(threadTimes(trace(...events), isRound)).toEqual([
      { name: 'round 1', threadMs: 0.225 },
      { name: 'round 2', threadMs: 0.005 },
    ]);
  });

  it('takes tasks whose processor time is left out for ones of less than a microsecond', () => {
    const events = [...measure('round', 0, 100), task(10, 20, 15), task(40, 1), task(50, 7)];
    expect(threadTimes(trace(...events), isRound)).toEqual([{ name: 'round', threadMs: 0.015 }]);
  });

  it('refuses a trace without processor times', () => {
    const events = [...measure('round', 0, 100), task(10, 20)];
    expect(() => threadTimes(trace(...events), isRound)).toThrow('no processor time');
  });
});
