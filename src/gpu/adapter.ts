/** Finds the GPU before anything is built on it, and says why where there is none. */

export interface FoundAdapter {
  ok: true;
  adapter: GPUAdapter;
  /** As the browser names it, for people. */
  name: string;
  software: boolean;
}

export type FallbackReason = 'no-api' | 'no-adapter' | 'blocked';

export interface MissingAdapter {
  ok: false;
  reason: FallbackReason;
  message: string;
  hint: string;
}

const NEWER_BROWSER = 'Use Chrome or Edge 113 or newer, Safari 26, or Firefox 141.';

function missing(reason: FallbackReason, message: string, hint: string): MissingAdapter {
  return { ok: false, reason, message, hint };
}

/** Asks the browser for its fastest adapter. Never throws. */
export async function findAdapter(
  gpu: GPU | undefined = globalThis.navigator?.gpu,
  secure: boolean = globalThis.isSecureContext ?? true,
): Promise<FoundAdapter | MissingAdapter> {
  if (!gpu) {
    return secure
      ? missing('no-api', 'This browser has no WebGPU.', NEWER_BROWSER)
      : missing(
          'no-api',
          'WebGPU works on secure pages only, and this page came over plain HTTP.',
          'Open it through https:// or from localhost.',
        );
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter)
      return missing(
        'no-adapter',
        'This browser has WebGPU but offers no GPU for it.',
        'Turn on hardware acceleration in the browser’s settings, update the graphics driver, or use another browser.',
      );
    return { ok: true, adapter, name: adapterName(adapter.info), software: isSoftware(adapter.info) };
  } catch (error) {
    return missing(
      'blocked',
      `The browser blocked WebGPU: ${error instanceof Error ? error.message : String(error)}`,
      `Allow WebGPU for this page, or use another browser. ${NEWER_BROWSER}`,
    );
  }
}

/** The description where there is one, else vendor and architecture. */
export function adapterName(info: GPUAdapterInfo): string {
  const parts = [info.vendor, info.architecture].filter((part) => part !== '').join(' ');
  return info.description || info.device || parts || 'unnamed GPU';
}

export function isSoftware(info: GPUAdapterInfo): boolean {
  if ('isFallbackAdapter' in info && info.isFallbackAdapter) return true;
  const text = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  return /swiftshader|llvmpipe|lavapipe|software|basic render|warp/i.test(text);
}
