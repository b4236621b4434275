import { describe, expect, it, vi } from 'vitest';
import { type Channel, ChannelLocks } from './channelLocks.ts';
import { RunArchive } from './runArchive.ts';
import { RunLocks } from './runLocks.ts';
import { openSession, smallExperiment } from './testSession.ts';
import { memoryLocks, memoryStorage } from './testStorage.ts';

/** Channels of tabs that hear each other, as browsers' do: every message later, by all but its sender. */
function broadcasting(): () => Channel {
  const open = new Set<Channel>();
  return () => {
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) =>
        queueMicrotask(() => {
          for (const other of open)
            if (other !== channel)
              other.onmessage?.(new MessageEvent('message', { data: structuredClone(data) }));
        }),
      close: () => open.delete(channel),
    };
    open.add(channel);
    return channel;
  };
}

/** Locks of one more tab. */
const MEANS: Record<string, () => () => RunLocks> = {
  'Web Locks': () => {
    const locks = memoryLocks();
    return () => new RunLocks(locks);
  },
  'messages alone': () => {
    const channel = broadcasting();
    // A lock manager of null is none; undefined would stand for the browser's own.
    return () => new RunLocks(null as never, () => new ChannelLocks(channel(), 300));
  },
};

describe.each(Object.entries(MEANS))('tabs that agree by %s', (_, means) => {
  it('give a run to one of them, until it lets go', async () => {
    const tab = means();
    const [one, two] = [tab(), tab()];
    const release = (await one.claim('a'))!;
    expect(await two.claim('a')).toBeNull();
    expect(await two.isFree('a')).toBe(false);
    expect(await two.isFree('b')).toBe(true);
    release();
    await two.whenFree('a', AbortSignal.timeout(10_000));
    expect(await two.claim('a')).not.toBeNull();
  });

  it('give it to exactly one of those that claim it at the same time', async () => {
    const tab = means();
    const claims = await Promise.all(Array.from({ length: 5 }, () => tab().claim('a')));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  it('train side by side; an interrupted run that both are offered goes on in one of them', async () => {
    const tab = means();
    const storage = memoryStorage();
    const open = () => openSession(undefined, new RunArchive(storage, tab()));
    const closed = open();
    await closed.session.configure(smallExperiment());
    await closed.session.step(4);
    expect(await open().session.interrupted()).toBeNull();
    const left = memoryStorage(structuredClone(storage.values));
    const later = means();
    const tabs = [0, 1].map(() => openSession(undefined, new RunArchive(left, later())));
    const offers = await Promise.all(tabs.map(({ session }) => session.interrupted()));
    expect(offers.map((offer) => offer?.step)).toEqual([4, 4]);
    const taken = await Promise.allSettled(tabs.map(({ session }, i) => session.resume(offers[i]!.id)));
    expect(taken.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = taken.find((each) => each.status === 'rejected')!;
    expect(refused.reason).toMatchObject({ problem: { kind: 'not-ready' } });
    const loser = tabs[taken.indexOf(refused)]!.session;
    await loser.configure(smallExperiment());
    expect(await Promise.all(tabs.map(({ session }) => session.run()))).toEqual(['finished', 'finished']);
    expect([...left.values.keys()]).toEqual([]);
  });
});

it('without Web Locks a run is not free while its tab is too busy to answer at once', async () => {
  vi.useFakeTimers();
  try {
    const channel = broadcasting();
    const busy = channel();
    const holder = new ChannelLocks(busy);
    const claiming = holder.claim('a');
    await vi.advanceTimersByTimeAsync(1000);
    const release = (await claiming)!;
    const answer = busy.onmessage!;
    busy.onmessage = (event) => void setTimeout(() => answer(event), 5000);
    const other = new ChannelLocks(channel());
    const isFree = other.isFree('a');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await isFree).toBe(false);
    release();
    const isFreeLater = other.isFree('a');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await isFreeLater).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
