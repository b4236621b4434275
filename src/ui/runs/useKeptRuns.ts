/** The list of kept runs, and what can be done to it. */
import { useCallback, useEffect, useState } from 'react';
import { cleanName, type KeptRun } from '../../record/kept/keptRun.ts';
import type { RunRecord } from '../../record/record.ts';
import { kept, showKeepingProblem } from '../../store/keptRuns.ts';

export interface RunList {
  /** Null until they are read. */
  runs: readonly KeptRun[] | null;
  unreadable: number;
  /** The run deleted last, until another is or the page is left. */
  deleted: KeptRun | null;
  rename(run: KeptRun, name: string): Promise<void>;
  remove(run: KeptRun): Promise<void>;
  undo(): Promise<void>;
  reload(): Promise<void>;
}

export function useKeptRuns(): RunList {
  const [{ runs, unreadable }, setList] = useState<Pick<RunList, 'runs' | 'unreadable'>>({
    runs: null,
    unreadable: 0,
  });
  const [deleted, setDeleted] = useState<{ run: KeptRun; record: RunRecord } | null>(null);
  const reload = useCallback(async () => {
    const list = await kept.list();
    if (list.ok) setList(list.value);
    else {
      setList({ runs: [], unreadable: 0 });
      showKeepingProblem(list.problem);
    }
  }, []);
  useEffect(() => void reload(), [reload]);
  const settle = async (work: ReturnType<typeof kept.remove>): Promise<boolean> => {
    const result = await work;
    if (!result.ok) showKeepingProblem(result.problem);
    await reload();
    return result.ok;
  };
  return {
    runs,
    unreadable,
    deleted: deleted?.run ?? null,
    reload,
    rename: async (run, name) => void (await settle(kept.change({ ...run, name: cleanName(name) }))),
    remove: async (run) => {
      const record = await kept.record(run.id);
      const done = await settle(kept.remove(run.id));
      setDeleted(done && record.ok ? { run, record: record.value } : null);
    },
    undo: async () => {
      if (deleted && (await settle(kept.keep(deleted.run, deleted.record)))) setDeleted(null);
    },
  };
}

/** The record of a kept run; null where it cannot be read, which a notice says. */
export async function recordOfKept({ id }: KeptRun): Promise<RunRecord | null> {
  const result = await kept.record(id);
  if (result.ok) return result.value;
  showKeepingProblem(result.problem);
  return null;
}
