/** The bench: one training step of three libraries on the visitor's own GPU, and what ours is made of. */
import { useEffect, useRef } from 'react';
import { benchTables, benchTask } from '../../store/bench.ts';
import { Icon } from '../shell/icons.tsx';
import { Notices } from '../shell/Notices.tsx';
import { Copy } from './Copy.tsx';
import { HowTimed } from './HowTimed.tsx';
import { Options } from './Options.tsx';
import { Progress } from './Progress.tsx';
import { Remembered } from './Remembered.tsx';
import { TableView } from './TableView.tsx';
import { useBench } from './useBench.ts';
import './bench.css';

function Problem() {
  const problem = useBench((state) => state.problem);
  if (!problem) return null;
  return (
    <div className="notice" role="alert" data-kind={`bench-${problem.kind}`}>
      <Icon name={problem.kind === 'stopped' ? 'info' : 'warn'} />
      <p className="notice-words">
        <b>{problem.message}</b> {problem.hint}
      </p>
    </div>
  );
}

/** The tables grow while the bench runs; what has been read stays where it is. */
function Results() {
  const result = useBench((state) => state.result);
  const status = useBench((state) => state.status);
  const tables = benchTables(result);
  const task = benchTask(result);
  if (!task && tables.length === 0) return null;
  return (
    <section className="bench-results" aria-labelledby="bench-results-title">
      <header className="bench-head">
        <h2 id="bench-results-title">What was measured here?</h2>
        {tables.length > 0 && <Copy result={result} isWhole={status === 'finished'} />}
      </header>
      <p className="bench-task">{task?.join(' ')}</p>
      {tables.map((table) => (
        <TableView key={table.id} table={table} />
      ))}
    </section>
  );
}

export default function BenchPage() {
  const status = useBench((state) => state.status);
  const isRunning = status === 'running' || status === 'stopping';
  const before = useRef(isRunning);
  const controls = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that was pressed has gone; the keyboard stays where it was.
    if (before.current !== isRunning && document.activeElement === document.body)
      controls.current?.querySelector('button')?.focus();
    before.current = isRunning;
  }, [isRunning]);
  return (
    <main className="page bench">
      <div className="left">
        <header className="title">
          <h1>How fast is it here?</h1>
          <p className="deck">
            One training step of the same network in Normscape’s own engine, TensorFlow.js and jax-js, timed
            in turns on your GPU.
          </p>
        </header>
        <Notices about="link" />
        <Problem />
        <div ref={controls}>{isRunning ? <Progress /> : <Options />}</div>
        <Results />
        <Remembered key={status} />
      </div>
      <HowTimed />
    </main>
  );
}
