/**
 * Which runs other tabs hold, found out by asking them: for pages that have no Web Locks because they are not served over
 * https. A tab that was closed does not answer, and so holds nothing.
 */
import * as v from 'valibot';
import { newId } from '../record/newId.ts';

/** Tabs that claim a run at the same time have been offered it, and wait for their visitors. */
const RIVAL_MS = 300;
/** A tab that trains without WebGPU answers between two steps; nobody waits for what is found out. */
const BUSY_MS = 10_000;
const LOOK_EVERY_MS = 1000;

const messageSchema = v.object({
  kind: v.picklist(['claims', 'asks', 'holds']),
  run: v.string(),
  /** Of the tab that wrote. */
  tab: v.string(),
});

export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  close(): void;
}

export class ChannelLocks {
  private readonly channel: Channel;
  private readonly busyMs: number;
  private readonly tab = newId();
  private readonly held = new Set<string>();
  /** Runs that this tab asks about: each is told when another tab has it. */
  private readonly asking = new Map<string, Set<() => void>>();
  private readonly claiming = new Set<string>();

  constructor(channel: Channel = new BroadcastChannel('normscape-runs'), busyMs = BUSY_MS) {
    this.channel = channel;
    this.busyMs = busyMs;
    channel.onmessage = ({ data }) => this.receive(data);
  }

  private receive(data: unknown): void {
    const message = v.safeParse(messageSchema, data);
    if (!message.success) return;
    const { kind, run, tab } = message.output;
    const isRival = kind === 'claims' && this.claiming.has(run);
    if (kind !== 'holds' && this.held.has(run)) this.post('holds', run);
    // Of tabs that claim a run at the same time, the first in the order of their names gets it; all must have heard of it.
    else if (isRival && this.tab < tab) this.post('claims', run);
    else if (kind === 'holds' || isRival) for (const taken of this.asking.get(run) ?? []) taken();
  }

  private post(kind: 'claims' | 'asks' | 'holds', run: string): void {
    this.channel.postMessage({ kind, run, tab: this.tab });
  }

  /** Whether no other tab says within a moment that it has the run. */
  private ask(kind: 'claims' | 'asks', run: string): Promise<boolean> {
    const waiting = this.asking.get(run) ?? new Set();
    this.asking.set(run, waiting);
    return new Promise((resolve) => {
      const settle = (isFree: boolean): void => {
        clearTimeout(timer);
        waiting.delete(taken);
        resolve(isFree);
      };
      const taken = (): void => settle(false);
      const timer = setTimeout(settle, kind === 'claims' ? RIVAL_MS : this.busyMs, true);
      waiting.add(taken);
      this.post(kind, run);
    });
  }

  /** The function that lets go of the run; null where it is held. */
  async claim(run: string): Promise<(() => void) | null> {
    if (this.held.has(run) || this.claiming.has(run)) return null;
    this.claiming.add(run);
    const isOurs = await this.ask('claims', run);
    this.claiming.delete(run);
    if (!isOurs) return null;
    this.held.add(run);
    return () => this.held.delete(run);
  }

  async isFree(run: string): Promise<boolean> {
    return !this.held.has(run) && this.ask('asks', run);
  }

  /** Resolves once no tab holds the run. Rejects once the signal is aborted. */
  async whenFree(run: string, signal: AbortSignal): Promise<void> {
    while (!(await this.isFree(run))) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      signal.throwIfAborted();
    }
  }

  close(): void {
    this.channel.close();
  }
}
