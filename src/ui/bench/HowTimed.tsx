/** How the numbers come about, beside them. */
const PARTS: readonly { title: string; words: string }[] = [
  {
    title: 'The same work',
    words:
      'All three start from the same kernels and see the same minibatches. If their first losses differ by more than one in a thousand, there is an error and no number.',
  },
  {
    title: 'Each at its best',
    words:
      'TensorFlow.js with its stock backend, eager; jax-js with forward pass, gradient and update in one compiled function. Each has a device of its own.',
  },
  {
    title: 'In turns',
    words:
      'After three steps that compile, everything takes turns for five rounds: libraries, matrix products, our kernels. A turn fills about a second and ends when the GPU is done. Medians are shown.',
  },
  {
    title: 'JavaScript and dispatches',
    words:
      'The table times the engine alone. The note under it is the lab’s own loop: choosing minibatches, lockstep, checkpoints, reading back, the message to the page, the record.',
  },
  {
    title: 'GFLOP/s',
    words:
      'Multiplications and additions of convolutions and products only, over the time of everything. The fastest of several tuned matrix products is the yardstick, not a limit: on some devices convolutions exceed it.',
  },
];

export function HowTimed() {
  return (
    <aside className="rail bench-rail" aria-labelledby="how-timed">
      <header>
        <h2 id="how-timed">How is it timed?</h2>
      </header>
      <dl>
        {PARTS.map(({ title, words }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}
