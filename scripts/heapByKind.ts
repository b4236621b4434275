/** What the heap of a page holds, by the kinds of a heap snapshot. */
import type { CDPSession } from 'playwright';

interface HeapSnapshot {
  snapshot: {
    meta: {
      node_fields: string[];
      node_types: [string[]];
      edge_fields: string[];
      edge_types: [string[]];
    };
  };
  nodes: number[];
  edges: number[];
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

interface HeapNode {
  type: string;
  name: string;
  bytes: number;
  /** Objects that it holds, by the name of the property, or of what the browser keeps for it. */
  holds: { name: string; node: number }[];
}

/** Only what objects hold themselves: neither what they inherit nor what they know weakly. */
const HOLDING = ['property', 'element', 'internal'];

function nodesOf({ snapshot: { meta }, nodes, edges, strings }: HeapSnapshot): HeapNode[] {
  const field = (name: string): number => meta.node_fields.indexOf(name);
  const [type, name, size, count] = ['type', 'name', 'self_size', 'edge_count'].map(field);
  const [edgeWidth, nodeWidth] = [meta.edge_fields.length, meta.node_fields.length];
  const found: HeapNode[] = [];
  let edge = 0;
  for (let i = 0; i < nodes.length; i += nodeWidth) {
    const holds: HeapNode['holds'] = [];
    for (let left = nodes[i + count!]!; left > 0; left--, edge += edgeWidth) {
      const kind = meta.edge_types[0][edges[edge]!]!;
      const key = kind === 'element' ? '' : strings[edges[edge + 1]!]!;
      if (HOLDING.includes(kind) && key !== '__proto__')
        holds.push({ name: key, node: edges[edge + 2]! / nodeWidth });
    }
    const words = { type: meta.node_types[0][nodes[i + type!]!]!, name: strings[nodes[i + name!]!]! };
    found.push({ ...words, bytes: nodes[i + size!]!, holds });
  }
  return found;
}

/** What a record of a run has that grows. */
const GROWING = ['timing', 'variants'];

/** Nodes of the numbers and arrays of all records, with the room that arrays keep for more. */
function nodesOfRecords(nodes: readonly HeapNode[]): Set<number> {
  const waiting = nodes
    .filter(({ holds }) => [...GROWING, 'format'].every((key) => holds.some(({ name }) => name === key)))
    .flatMap(({ holds }) => holds.filter(({ name }) => GROWING.includes(name)));
  const reached = new Set<number>();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { type, holds } = nodes[next.node]!;
    if (reached.has(next.node) || !['object', 'array', 'number'].includes(type)) continue;
    reached.add(next.node);
    waiting.push(...holds);
  }
  return reached;
}

/** Compiled code lies in nodes of several types, by these names. */
const COMPILED = /InstructionStream|Trusted|Protected|Code|WeakArrayList|SharedFunctionInfo|FeedbackVector/;

/** Functions as they are written: V8 has one of these for each, whatever it compiles of it and how often it is made. */
const isFunction = ({ name }: HeapNode): boolean => /^system \/ SharedFunctionInfo( \/|$)/.test(name);
/** Machine code made of a function or a part of one. */
const isMachineCode = ({ name }: HeapNode): boolean => name === 'system / InstructionStream';

function kindOf({ type, name }: HeapNode): string {
  if (type === 'code' || COMPILED.test(name)) return 'compiled code';
  if (type === 'number' || name === '(object elements)') return 'other numbers and elements of arrays';
  return 'all else';
}

export interface Heap {
  /** By kind. */
  bytes: Record<string, number>;
  counts: { functions: number; 'objects that are functions': number; 'pieces of machine code': number };
}

/** What the heap holds after a garbage collection. */
export async function heapByKind(session: CDPSession): Promise<Heap> {
  const nodes = nodesOf(await takeSnapshot(session));
  const ofRecords = nodesOfRecords(nodes);
  if (ofRecords.size === 0) throw new Error('The heap of the page holds no record of a run.');
  const bytes: Record<string, number> = {};
  for (const [i, node] of nodes.entries()) {
    const kind = ofRecords.has(i) ? 'record' : kindOf(node);
    bytes[kind] = (bytes[kind] ?? 0) + node.bytes;
  }
  const counts = {
    functions: nodes.filter(isFunction).length,
    'objects that are functions': nodes.filter(({ type }) => type === 'closure').length,
    'pieces of machine code': nodes.filter(isMachineCode).length,
  };
  return { bytes, counts };
}
