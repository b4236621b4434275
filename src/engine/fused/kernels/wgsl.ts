/** How kernels are written: a source with its bindings and threads, and the few helpers that every generator needs. */

/** Most workgroups in one dimension that every device grants. */
const MAX_WORKGROUPS = 65_535;

/** Few threads with much work each, as on a software adapter, go to its cores in small workgroups, so that none waits long for another. */
function usualWorkgroupSize(threads: number): number {
  if (threads >= 1024) return 64;
  return threads >= 256 ? 16 : 8;
}

export interface StorageBinding {
  name: string;
  access: 'read' | 'write';
  type: 'f32' | 'u32' | 'vec2f' | 'vec4f';
}

export interface KernelSource {
  /** For listings and messages: what it computes, for which layer shape. */
  name: string;
  code: string;
  /** In binding order, group 0. */
  bindings: StorageBinding[];
  /** Whether it reads the call's numbers (group 1). */
  usesArguments: boolean;
  /** Whether it reads the minibatch (group 2). */
  usesBatch: boolean;
  /** Dispatches that do the work together, one after another; each reads which one it is among the call's numbers. */
  slices: number;
  /** Of one dispatch. */
  workgroups: [number, number];
  /** Floating-point operations of all dispatches, where they are the point of it; 0 for bookkeeping. */
  flops: number;
  /** What it was made from. */
  text: KernelText;
}

export interface KernelText {
  name: string;
  bindings: StorageBinding[];
  threads: number;
  body: string;
  /** Declarations before the entry point. */
  declarations?: string;
  usesArguments?: boolean;
  /** As numbers, or its inputs as words of bytes behind their tables. */
  usesBatch?: boolean | 'coded';
  usesSubgroups?: boolean;
  /** Threads of one workgroup; by default as many as suit the number of threads. */
  workgroupSize?: number;
  /** Where a workgroup works together, threads beyond the last must not leave early. */
  keepsAllThreads?: boolean;
  flops?: number;
  /** Numbers that it goes through with little arithmetic, where they are the point of it. */
  numbers?: number;
}

export const read = (name: string, type: StorageBinding['type'] = 'vec4f'): StorageBinding => ({
  name,
  access: 'read',
  type,
});
export const write = (name: string, type: StorageBinding['type'] = 'vec4f'): StorageBinding => ({
  name,
  access: 'write',
  type,
});

/** The numbers of one call, in this order; each call has its own 256-byte slot. */
const ARGUMENTS_WGSL = `
struct Arguments { factor: f32, step: u32, count: u32, result: u32, slice: u32, }
@group(1) @binding(0) var<uniform> arguments: Arguments;`;

/** The minibatch: inputs after preprocessing, and classes (as bits of i32) or target vectors. */
const batchWgsl = (inputs: 'f32' | 'u32'): string => `
@group(2) @binding(0) var<storage, read> batchX: array<${inputs}>;
@group(2) @binding(1) var<storage, read> batchY: array<f32>;`;

/** Assembles a compute shader whose body knows `t` (the thread), `local` (within its workgroup) and `workgroup`. */
export function kernel(text: KernelText): KernelSource {
  return inSlices(text, 1);
}

/** The same in at most so many dispatches of equal size: the same threads, and the same bits. */
export function inSlices(text: KernelText, most: number): KernelSource {
  const size = text.workgroupSize ?? usualWorkgroupSize(text.threads / most);
  const groups = Math.ceil(text.threads / size);
  const slices = Math.min(most, groups);
  const rows = Math.ceil(groups / slices / MAX_WORKGROUPS);
  const columns = Math.ceil(groups / slices / rows);
  const ofSlice = rows * columns;
  const usesArguments = slices > 1 || (text.usesArguments ?? false);
  const declarations = text.bindings.map(
    ({ name, access, type }, i) =>
      `@group(0) @binding(${i}) var<storage, ${access === 'read' ? 'read' : 'read_write'}> ${name}: array<${type}>;`,
  );
  const place = (builtin: string, perWorkgroup: number): string =>
    [
      `${builtin}.x`,
      rows > 1 ? `${builtin}.y * ${columns * perWorkgroup}u` : '',
      slices > 1 ? `arguments.slice * ${ofSlice * perWorkgroup}u` : '',
    ]
      .filter((part) => part !== '')
      .join(' + ');
  // All threads of a workgroup leave together, or those beyond the last one by themselves.
  const beyond = text.keepsAllThreads
    ? { is: ofSlice * slices > groups, test: `workgroup >= ${groups}u` }
    : { is: ofSlice * slices * size !== text.threads, test: `t >= ${text.threads}u` };
  const code = [
    text.usesSubgroups ? 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);' : '',
    declarations.join('\n'),
    usesArguments ? ARGUMENTS_WGSL : '',
    text.usesBatch ? batchWgsl(text.usesBatch === 'coded' ? 'u32' : 'f32') : '',
    text.declarations ?? '',
    `@compute @workgroup_size(${size})
fn main(@builtin(global_invocation_id) thread: vec3u, @builtin(workgroup_id) group: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let t = ${place('thread', size)};
  let workgroup = ${place('group', 1)};
  ${beyond.is ? `if (${beyond.test}) { return; }` : ''}
${text.body}
}`,
  ];
  return {
    name: text.name,
    code: code.filter((part) => part !== '').join('\n'),
    bindings: text.bindings,
    usesArguments,
    usesBatch: Boolean(text.usesBatch),
    slices,
    workgroups: [columns, rows],
    flops: text.flops ?? 0,
    text,
  };
}

/** Joins the texts of 0 … count − 1. */
export function repeat(count: number, text: (i: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, i) => text(i)).join(separator);
}

export const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** A float literal that WGSL reads as f32. */
export function float(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}

/** The largest divisor of n that is at most `most`. */
export function divisorUpTo(n: number, most: number): number {
  for (let divisor = Math.min(n, most); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}
