/** Counts what a piece of work asks of any WebGPU device of this thread. */

export interface GpuCalls {
  dispatches: number;
  submissions: number;
}

/** The work's answer, with the dispatches and submissions made until it resolved. */
export async function countGpuCalls<T>(work: () => Promise<T>): Promise<[T, GpuCalls]> {
  const calls: GpuCalls = { dispatches: 0, submissions: 0 };
  const pass = GPUComputePassEncoder.prototype;
  const queue = GPUQueue.prototype;
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = pass;
  const { submit } = queue;
  pass.dispatchWorkgroups = function (...counts) {
    calls.dispatches++;
    return dispatchWorkgroups.apply(this, counts);
  };
  pass.dispatchWorkgroupsIndirect = function (...source) {
    calls.dispatches++;
    return dispatchWorkgroupsIndirect.apply(this, source);
  };
  queue.submit = function (buffers) {
    calls.submissions++;
    return submit.call(this, buffers);
  };
  try {
    return [await work(), calls];
  } finally {
    Object.assign(pass, { dispatchWorkgroups, dispatchWorkgroupsIndirect });
    queue.submit = submit;
  }
}
