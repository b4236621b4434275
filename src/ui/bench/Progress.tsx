/** What the bench is doing, how far it is, and the button that stops it. */
import { stopBench } from '../../store/bench.ts';
import { Icon } from '../shell/icons.tsx';
import { useBench } from './useBench.ts';

export function Progress() {
  const { label, done, total } = useBench((state) => state.progress);
  const isStopping = useBench((state) => state.status === 'stopping');
  // A part in one piece has no share that is done.
  const percent = total > 1 ? Math.floor((100 * done) / total) : null;
  return (
    <section className="bench-progress" aria-label="Progress">
      <button type="button" className="button primary" onClick={stopBench}>
        <Icon name="close" />
        {isStopping ? 'Stop at once' : 'Stop'}
      </button>
      <div className="bench-bar">
        <p className="meta">
          <span role="status">{isStopping ? 'Stopping after the piece of work under way' : label}</span>
          <span />
          <span>{percent !== null && <b>{percent}%</b>}</span>
        </p>
        <div
          className="track"
          role="progressbar"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent ?? undefined}
        >
          <i style={{ width: `${percent ?? 0}%` }} />
        </div>
      </div>
    </section>
  );
}
