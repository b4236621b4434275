/** Which runs are alive: a run belongs to the tab that holds the lock of its name, and is free once that tab is gone. */
import { ChannelLocks } from './channelLocks.ts';

/** A tab that was closed lets go of its locks a moment later. */
const PATIENCE_MS = 1000;

const nameOf = (id: string): string => `normscape-run-${id}`;

export class RunLocks {
  private readonly locks: LockManager | undefined;
  private readonly createChannelLocks: () => ChannelLocks;
  private opened: ChannelLocks | null = null;

  /** Without a lock manager the tabs ask each other. */
  constructor(
    locks: LockManager | undefined = globalThis.navigator?.locks,
    createChannelLocks: () => ChannelLocks = () => new ChannelLocks(),
  ) {
    this.locks = locks;
    this.createChannelLocks = createChannelLocks;
  }

  private get channelLocks(): ChannelLocks {
    this.opened ??= this.createChannelLocks();
    return this.opened;
  }

  /** Takes the run and gives the function that lets go of it; null where another tab holds on to it. */
  claim(id: string): Promise<(() => void) | null> {
    const { locks } = this;
    if (!locks) return this.channelLocks.claim(id);
    return new Promise((resolve) => {
      const held = (): Promise<void> => new Promise((release) => resolve(release));
      locks
        .request(nameOf(id), { signal: AbortSignal.timeout(PATIENCE_MS) }, held)
        .catch(() => resolve(null));
    });
  }

  async isFree(id: string): Promise<boolean> {
    if (!this.locks) return this.channelLocks.isFree(id);
    return this.locks.request(nameOf(id), { mode: 'shared', ifAvailable: true }, (lock) => lock !== null);
  }

  /** Resolves as soon as no tab holds the run. Rejects once the signal is aborted. */
  async whenFree(id: string, signal: AbortSignal): Promise<void> {
    if (!this.locks) return this.channelLocks.whenFree(id, signal);
    await this.locks.request(nameOf(id), { mode: 'shared', signal }, () => {});
  }

  close(): void {
    this.opened?.close();
  }
}
