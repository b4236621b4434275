/** What the heap of a page holds, by the kinds of a heap snapshot. */
import type { CDPSession } from 'playwright';

interface HeapSnapshot {
  snapshot: { meta: { node_fields: string[]; node_types: [string[]] } };
  nodes: number[];
  strings: string[];
}

async function takeSnapshot(session: CDPSession): Promise<HeapSnapshot> {
  let text = '';
  const listen = ({ chunk }: { chunk: string }): void => {
    text += chunk;
  };
  session.on('HeapProfiler.addHeapSnapshotChunk', listen);
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', listen);
  return JSON.parse(text) as HeapSnapshot;
}

/** Compiled code lies in nodes of several types, by these names. */
const COMPILED = /InstructionStream|Trusted|Protected|Code|WeakArrayList|SharedFunctionInfo|FeedbackVector/;

function kindOf(type: string, name: string): string {
  if (type === 'code' || COMPILED.test(name)) return 'compiled code';
  if (type === 'number' || name === '(object elements)') return 'numbers and elements of arrays';
  return 'all else';
}

/** Bytes by kind, after a garbage collection. */
export async function heapByKind(session: CDPSession): Promise<Record<string, number>> {
  const { snapshot, nodes, strings } = await takeSnapshot(session);
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, name, size] = ['type', 'name', 'self_size'].map((field) => fields.indexOf(field));
  const bytes: Record<string, number> = {};
  for (let i = 0; i < nodes.length; i += fields.length) {
    const kind = kindOf(types[0][nodes[i + type!]!]!, strings[nodes[i + name!]!]!);
    bytes[kind] = (bytes[kind] ?? 0) + nodes[i + size!]!;
  }
  return bytes;
}
