/** Reads a safetensors file: eight bytes of header length, a JSON header, then the tensors, little-endian. */
import * as v from 'valibot';

const natural = v.pipe(v.number(), v.integer(), v.minValue(0));
const tensor = v.strictObject({
  dtype: v.picklist(['F32', 'I32']),
  shape: v.array(natural),
  data_offsets: v.strictTuple([natural, natural]),
});
const header = v.objectWithRest({ __metadata__: v.record(v.string(), v.string()) }, tensor);

export interface Tensor {
  dtype: 'F32' | 'I32';
  shape: number[];
  values: number[];
}

export interface Safetensors {
  metadata: Record<string, string>;
  tensors: Record<string, Tensor>;
}

/** Throws where the header is not one, or where the tensors do not fill the file without gaps. */
export function readSafetensors(file: Uint8Array<ArrayBuffer>): Safetensors {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const text = new TextDecoder().decode(file.subarray(8, start));
  const { __metadata__: metadata, ...entries } = v.parse(header, JSON.parse(text));
  const tensors: Record<string, Tensor> = {};
  let end = 0;
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of Object.entries(entries)) {
    const size = shape.reduce((product, length) => product * length, 1);
    if (from !== end || to - from !== 4 * size)
      throw new Error(
        `${name}, ${dtype} [${shape}], lies at ${from} to ${to}; expected were 4 × ${size} bytes from ${end}.`,
      );
    end = to;
    const values = Array.from({ length: size }, (_, i) => {
      const at = start + from + 4 * i;
      return dtype === 'F32' ? view.getFloat32(at, true) : view.getInt32(at, true);
    });
    tensors[name] = { dtype, shape, values };
  }
  if (start + end !== file.length)
    throw new Error(`The tensors end at byte ${start + end}, the file at ${file.length}.`);
  return { metadata, tensors };
}
