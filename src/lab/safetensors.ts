/** Writes the safetensors format: eight bytes of header length, a JSON header, then the tensors, little-endian. */

export interface NamedTensor {
  name: string;
  shape: readonly number[];
  data: Float64Array | Float32Array | Int32Array;
}

function typeOf(data: NamedTensor['data']): string {
  if (data instanceof Int32Array) return 'I32';
  return data instanceof Float64Array ? 'F64' : 'F32';
}

/** Tensors in the given order; metadata values must be texts, as the format demands. */
export function writeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Record<string, string>,
): ArrayBuffer {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    const end = offset + data.byteLength;
    header[name] = {
      dtype: typeOf(data),
      shape,
      data_offsets: [offset, end],
    };
    offset = end;
  }
  let json = JSON.stringify(header);
  // Spaces keep the tensors aligned to eight bytes.
  const encoder = new TextEncoder();
  json += ' '.repeat((8 - (encoder.encode(json).length % 8)) % 8);
  const head = encoder.encode(json);
  const file = new Uint8Array(8 + head.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(head.length), true);
  file.set(head, 8);
  let position = 8 + head.length;
  for (const { data } of tensors) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file.buffer;
}
