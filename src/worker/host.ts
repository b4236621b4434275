/** The worker's end: answers calls with a lab, and passes its events on. */
import { type Lab, LabError, type LabProblem } from '../lab/lab.ts';
import { type Answer, type FromWorker, readCall, type ToWorker } from './messages.ts';

export interface Port {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
}

/** Serves a lab on a port until the page goes away. */
export function serveLab(lab: Lab, port: Port): void {
  const send = (message: FromWorker, transfer: Transferable[] = []): void =>
    port.postMessage(message, transfer);
  lab.subscribe((event) => send({ type: 'event', event }));
  port.onmessage = async ({ data }) => {
    const message = readCall(data);
    if (!message) return;
    try {
      const value = await answer(lab, message);
      send({ type: 'answer', id: message.id, value }, value instanceof ArrayBuffer ? [value] : []);
    } catch (error) {
      send({ type: 'refusal', id: message.id, problem: problemOf(error) });
    }
  };
}

async function answer(lab: Lab, message: ToWorker): Promise<Answer> {
  switch (message.call) {
    case 'open':
      return lab.open();
    case 'measurePace':
      return lab.measurePace();
    case 'configure':
      return lab.configure(message.experiment).then(() => null);
    case 'run':
      return lab.run();
    case 'pause':
      return lab.pause().then(() => null);
    case 'step':
      return lab.step(message.count);
    case 'reset':
      return lab.reset().then(() => null);
    case 'interrupted':
      return lab.interrupted();
    case 'resume':
      return lab.resume(message.runId).then(() => null);
    case 'keep':
      return lab.keep(message.runId).then(() => null);
    case 'discard':
      return lab.discard(message.runId).then(() => null);
    case 'probeBundle':
      return lab.probeBundle(message.variant);
    case 'loseDevice':
      return lab.loseDevice().then(() => null);
    default:
      return message satisfies never;
  }
}

function problemOf(error: unknown): LabProblem {
  if (error instanceof LabError) return error.problem;
  return {
    kind: 'internal',
    message: error instanceof Error ? error.message : String(error),
    hint: 'Reload the page. If it happens again, report this message.',
  };
}
