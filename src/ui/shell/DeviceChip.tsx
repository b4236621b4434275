/** Where the networks train: always on screen, with whether the adapter computes on the CPU. */
import type { PageState } from '../../store/state.ts';
import { useStore } from '../useStore.ts';
import { Icon } from './icons.tsx';

const BACKEND_NAMES = { webgpu: 'WebGPU', webgl: 'WebGL', cpu: 'CPU', pytorch: 'PyTorch' } as const;

interface ChipWords {
  name: string;
  detail: string;
  /** The adapter's name, where the detail says only what kind of adapter it is; left out on a phone. */
  adapter?: string;
  look: 'solid' | 'dashed' | 'lost';
}

/** “WebGPU”, “Apple M2 Pro”; a software adapter is named as one. */
export function chipWords({ device, deviceState }: Pick<PageState, 'device' | 'deviceState'>): ChipWords {
  if (deviceState === 'lost') return { name: 'Device lost', detail: 'run again to reopen', look: 'lost' };
  if (deviceState === 'failed')
    return { name: 'No device', detail: 'nothing can train here', look: 'dashed' };
  if (!device) return { name: 'Device', detail: 'looking for a GPU', look: 'dashed' };
  const named = device.adapter || 'unnamed adapter';
  const name = BACKEND_NAMES[device.backend];
  const look = device.fallback ? 'dashed' : 'solid';
  return device.software && device.backend !== 'cpu'
    ? { name, detail: 'software adapter', adapter: named, look }
    : { name, detail: named, look };
}

export function DeviceChip() {
  const device = useStore((state) => state.device);
  const deviceState = useStore((state) => state.deviceState);
  const { name, detail, adapter, look } = chipWords({ device, deviceState });
  return (
    <p
      className={`chip ${look}`}
      data-testid="device"
      title={[name, detail, adapter].filter(Boolean).join(' – ')}
    >
      <Icon name={look === 'lost' ? 'warn' : 'chip'} />
      <span className="chip-words">
        <b>{name}</b> – {detail}
        {adapter && <span className="wide-only"> ({adapter})</span>}
      </span>
    </p>
  );
}
