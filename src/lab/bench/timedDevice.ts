/**
 * Times every dispatch of a device by timestamp queries, without the help of the code that makes them: while it runs,
 * the device's command encoders give each dispatch a compute pass of its own.
 */

/** One dispatch: the label of its pipeline and its time. */
export interface TimedDispatch {
  label: string;
  ms: number;
}

/** Most dispatches of one command buffer: a query set holds 4096 timestamps. */
const MOST_DISPATCHES = 2048;
const BYTES_PER_TIMESTAMP = 8;

type BindGroupCall = Parameters<GPUComputePassEncoder['setBindGroup']>;

/** Resolves with every dispatch submitted while `work` ran. The device needs the feature `timestamp-query`. */
export async function timeDispatches(
  device: GPUDevice,
  work: () => Promise<unknown>,
): Promise<TimedDispatch[]> {
  const encoders: TimedEncoder[] = [];
  // On the instance, so that it hides the method of the prototype.
  device.createCommandEncoder = () => {
    const encoder = new TimedEncoder(device);
    encoders.push(encoder);
    return encoder as unknown as GPUCommandEncoder;
  };
  try {
    await work();
  } finally {
    Reflect.deleteProperty(device, 'createCommandEncoder');
  }
  const timed: TimedDispatch[] = [];
  for (const encoder of encoders) timed.push(...(await encoder.read()));
  return timed;
}

/** A command encoder of which the calls of the fused engine are known. */
class TimedEncoder {
  private readonly encoder: GPUCommandEncoder;
  private readonly querySet: GPUQuerySet;
  private readonly resolved: GPUBuffer;
  private readonly readable: GPUBuffer;
  private readonly labels: string[] = [];

  constructor(device: GPUDevice) {
    this.encoder = GPUDevice.prototype.createCommandEncoder.call(device);
    this.querySet = device.createQuerySet({ type: 'timestamp', count: 2 * MOST_DISPATCHES });
    const size = 2 * MOST_DISPATCHES * BYTES_PER_TIMESTAMP;
    this.resolved = device.createBuffer({
      size,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    this.readable = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  }

  beginComputePass(): GPUComputePassEncoder {
    let pipeline: GPUComputePipeline | null = null;
    const groups = new Map<number, BindGroupCall>();
    const pass: Partial<GPUComputePassEncoder> = {
      setPipeline: (next) => {
        pipeline = next;
        return undefined;
      },
      setBindGroup: (...call: unknown[]) => {
        groups.set(call[0] as number, call as BindGroupCall);
        return undefined;
      },
      dispatchWorkgroups: (x, y, z) => {
        this.dispatch(pipeline!, groups.values(), [x, y ?? 1, z ?? 1]);
        return undefined;
      },
      end: () => undefined,
    };
    return pass as GPUComputePassEncoder;
  }

  private dispatch(
    pipeline: GPUComputePipeline,
    groups: Iterable<BindGroupCall>,
    counts: [number, number, number],
  ): void {
    const index = this.labels.push(pipeline.label) - 1;
    const pass = this.encoder.beginComputePass({
      timestampWrites: {
        querySet: this.querySet,
        beginningOfPassWriteIndex: 2 * index,
        endOfPassWriteIndex: 2 * index + 1,
      },
    });
    pass.setPipeline(pipeline);
    for (const call of groups) pass.setBindGroup(...call);
    pass.dispatchWorkgroups(...counts);
    pass.end();
  }

  copyBufferToBuffer(...call: [GPUBuffer, number, GPUBuffer, number, number]): void {
    this.encoder.copyBufferToBuffer(...call);
  }

  finish(): GPUCommandBuffer {
    const count = 2 * this.labels.length;
    if (count > 0) {
      this.encoder.resolveQuerySet(this.querySet, 0, count, this.resolved, 0);
      this.encoder.copyBufferToBuffer(this.resolved, 0, this.readable, 0, count * BYTES_PER_TIMESTAMP);
    }
    return this.encoder.finish();
  }

  async read(): Promise<TimedDispatch[]> {
    await this.readable.mapAsync(GPUMapMode.READ);
    const nanoseconds = new BigUint64Array(this.readable.getMappedRange());
    const timed = this.labels.map((label, i) => ({
      label,
      ms: Number(nanoseconds[2 * i + 1]! - nanoseconds[2 * i]!) / 1e6,
    }));
    for (const each of [this.querySet, this.resolved, this.readable]) each.destroy();
    return timed;
  }
}
