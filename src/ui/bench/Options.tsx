/** What to time, how long that takes here, and the button that starts it. */
import { type BenchOptions, chooseBench, estimateMs, runBench } from '../../store/bench.ts';
import { Icon } from '../shell/icons.tsx';
import { unheard } from '../unheard.ts';
import { useStore } from '../useStore.ts';
import { useBench } from './useBench.ts';

const CHOICES: readonly { key: keyof BenchOptions; label: string; words: string }[] = [
  {
    key: 'peers',
    label: 'TensorFlow.js and jax-js',
    words: 'Loads both libraries, and times the same step in them.',
  },
  {
    key: 'growth',
    label: 'Growth',
    words: 'The same for widths ×1, ×2, ×4 and minibatches of 16, 64, 256.',
  },
  {
    key: 'subgroups',
    label: 'Subgroups',
    words: 'Lets our kernels share numbers between threads, where the device can.',
  },
];

/** To the half minute below two, then to the minute: more would promise too much. */
function roughly(milliseconds: number): string {
  if (milliseconds < 105_000) return `about ${30 * Math.max(1, Math.round(milliseconds / 30_000))} s`;
  return `about ${Math.round(milliseconds / 60_000)} min`;
}

export function Options() {
  const options = useBench((state) => state.options);
  const device = useStore((state) => state.device);
  const flopsPerSecond = useStore((state) => state.flopsPerSecond);
  const speed = { software: device?.software ?? false, flopsPerSecond };
  const extra = (key: keyof BenchOptions): number =>
    estimateMs({ ...options, [key]: true }, speed) - estimateMs({ ...options, [key]: false }, speed);
  return (
    <section className="bench-options" aria-label="What to time">
      {CHOICES.map(({ key, label, words }) => (
        <label key={key} className="bench-choice">
          <input
            type="checkbox"
            checked={options[key]}
            onChange={({ target }) => chooseBench({ [key]: target.checked })}
          />
          <span>
            <b>{label}</b> <span className="sub">{words}</span>
          </span>
          {key !== 'subgroups' && device && <span className="sub">{roughly(extra(key))}</span>}
        </label>
      ))}
      <div className="bench-start">
        <button type="button" className="button primary" onClick={() => unheard(runBench())}>
          <Icon name="play" />
          Run the bench
        </button>
        {device && (
          <p className="sub">{roughly(estimateMs(options, speed))} in all on this device, an estimate</p>
        )}
      </div>
    </section>
  );
}
