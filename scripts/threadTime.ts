/** How long a thread kept the processor busy between two marks, from a trace of the browser. */
import * as v from 'valibot';

/** What a trace must hold: the tasks of threads with their processor time (`tdur`), and the marks of pages. */
export const TRACED = ['toplevel', 'blink.user_timing'];

const traceSchema = v.object({
  traceEvents: v.array(
    v.object({
      name: v.string(),
      ph: v.string(),
      pid: v.number(),
      tid: v.number(),
      ts: v.optional(v.number(), 0),
      dur: v.optional(v.number(), 0),
      tdur: v.optional(v.number()),
    }),
  ),
});
type TraceEvent = v.InferOutput<typeof traceSchema>['traceEvents'][number];

interface ThreadTime {
  /** Of the measure (`performance.measure`). */
  name: string;
  /** Processor time of the tasks that overlap it, on the thread that made it, in milliseconds. */
  threadMs: number;
}

/**
 * One entry for each measure whose name `isWanted`. A trace leaves out a processor time of less than a microsecond, so that a
 * task without one took none. Throws where the trace is none, or no task of a measure has a processor time.
 */
export function threadTimes(trace: string, isWanted: (name: string) => boolean): ThreadTime[] {
  const { traceEvents } = v.parse(traceSchema, JSON.parse(trace));
  const tasks = traceEvents.filter(({ name, ph }) => ph === 'X' && name.endsWith('RunTask'));
  return measures(traceEvents, isWanted).map(({ name, start, end, thread }) => {
    const own = tasks.filter(
      (task) => threadOf(task) === thread && task.ts < end && task.ts + task.dur > start,
    );
    if (own.every(({ tdur }) => tdur === undefined))
      throw new Error(
        'The trace tells no processor time of tasks: this browser or system does not measure it.',
      );
    return { name, threadMs: own.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000 };
  });
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;

/** A measure's beginning and end are two events. */
function measures(events: readonly TraceEvent[], isWanted: (name: string) => boolean) {
  const open = new Map<string, TraceEvent>();
  const found: { name: string; start: number; end: number; thread: string }[] = [];
  for (const event of events) {
    if (!isWanted(event.name)) continue;
    const key = `${event.name} ${threadOf(event)}`;
    const begin = open.get(key);
    if (event.ph === 'b') open.set(key, event);
    else if (event.ph === 'e' && begin) {
      found.push({ name: event.name, start: begin.ts, end: event.ts, thread: threadOf(event) });
      open.delete(key);
    }
  }
  return found;
}
