/** Compute pipelines of a device: compiled once for each text, asynchronously, with the compiler's message where one fails. */
import { EngineError } from '../model.ts';
import type { KernelSource } from './kernels/wgsl.ts';

export const ARGUMENT_BYTES = 256;

export class Pipelines {
  readonly device: GPUDevice;
  readonly argumentLayout: GPUBindGroupLayout;
  readonly batchLayout: GPUBindGroupLayout;
  private readonly emptyLayout: GPUBindGroupLayout;
  private readonly layouts = new Map<string, GPUBindGroupLayout>();
  private readonly compiled = new Map<string, Promise<GPUComputePipeline>>();

  private constructor(device: GPUDevice) {
    this.device = device;
    const storage = (binding: number): GPUBindGroupLayoutEntry => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: 'read-only-storage' },
    });
    this.emptyLayout = device.createBindGroupLayout({ entries: [] });
    this.argumentLayout = device.createBindGroupLayout({
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: true },
        },
      ],
    });
    this.batchLayout = device.createBindGroupLayout({ entries: [storage(0), storage(1)] });
  }

  private static readonly ofDevice = new WeakMap<GPUDevice, Pipelines>();

  /** The pipelines of a device; every engine on it shares them. */
  static of(device: GPUDevice): Pipelines {
    const existing = Pipelines.ofDevice.get(device);
    if (existing) return existing;
    const pipelines = new Pipelines(device);
    Pipelines.ofDevice.set(device, pipelines);
    return pipelines;
  }

  /** Layout of group 0: storage buffers in binding order. */
  layoutOf({ bindings }: KernelSource): GPUBindGroupLayout {
    const key = bindings.map(({ access }) => access).join();
    let layout = this.layouts.get(key);
    if (!layout) {
      layout = this.device.createBindGroupLayout({
        entries: bindings.map(({ access }, binding) => ({
          binding,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
        })),
      });
      this.layouts.set(key, layout);
    }
    return layout;
  }

  /** Rejects with EngineError of kind `kernel` and the compiler's words. */
  compile(source: KernelSource): Promise<GPUComputePipeline> {
    let pipeline = this.compiled.get(source.code);
    if (!pipeline) {
      pipeline = this.build(source);
      this.compiled.set(source.code, pipeline);
      pipeline.catch(() => this.compiled.delete(source.code));
    }
    return pipeline;
  }

  private async build(source: KernelSource): Promise<GPUComputePipeline> {
    this.refuseBeyondLimits(source);
    // What goes wrong here is told by the rejection, not as a fault of the device.
    this.device.pushErrorScope('validation');
    const module = this.device.createShaderModule({ code: source.code, label: source.name });
    void this.device.popErrorScope();
    const groups = [this.layoutOf(source)];
    if (source.usesArguments || source.usesBatch)
      groups.push(source.usesArguments ? this.argumentLayout : this.emptyLayout);
    if (source.usesBatch) groups.push(this.batchLayout);
    try {
      return await this.device.createComputePipelineAsync({
        label: source.name,
        layout: this.device.createPipelineLayout({ bindGroupLayouts: groups }),
        compute: { module, entryPoint: 'main' },
      });
    } catch (error) {
      const { messages } = await module.getCompilationInfo();
      const first = messages.find((message) => message.type === 'error');
      const words = first
        ? `line ${first.lineNum}: ${first.message}`
        : error instanceof Error
          ? error.message
          : String(error);
      throw new EngineError(
        'kernel',
        `The kernel “${source.name}” does not compile on this device: ${words}`,
        'Update the browser or the graphics driver, or try another browser. If that does not help, copy the report and pass it on.',
      );
    }
  }

  private refuseBeyondLimits({ bindings, name, usesBatch }: KernelSource): void {
    const most = this.device.limits.maxStorageBuffersPerShaderStage;
    const needed = bindings.length + (usesBatch ? 2 : 0);
    if (needed > most)
      throw new EngineError(
        'unsupported',
        `The kernel “${name}” needs ${needed} storage buffers; this device allows ${most}.`,
        'The reference engine runs this network.',
      );
  }
}
