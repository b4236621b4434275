/** The tiles that this browser remembers for its adapters: every candidate with its time, and the one taken. */
import { useEffect, useState } from 'react';
import { type CalibrationChoice, calibrationChoices } from '../../store/bench.ts';
import { formatValue, joinWords } from '../format.ts';
import { unheard } from '../unheard.ts';

function candidateWords({ candidates, chosen }: CalibrationChoice): string {
  return candidates
    .filter((_, i) => i !== chosen)
    .map(
      ({ name, ms, refused }) =>
        `${name}: ${ms === null ? (refused ?? 'not timed') : `${formatValue(ms)} ms`}`,
    )
    .join('; ');
}

const shapeWords = ({ shape: { examples, height, width, inputs, outputs } }: CalibrationChoice): string =>
  `${examples} × ${height}×${width}, ${inputs} → ${outputs}`;

function ChoiceRow({ choice }: { choice: CalibrationChoice }) {
  const taken = choice.candidates[choice.chosen]!;
  return (
    <tr>
      <th scope="row">
        {choice.kind}, {shapeWords(choice)}
      </th>
      <td className="words">{taken.name}</td>
      <td>{taken.ms === null ? '' : formatValue(taken.ms)}</td>
      <td>{taken.ms === null ? '' : formatValue(choice.flops / taken.ms / 1e6)}</td>
      <td className="words">{candidateWords(choice)}</td>
    </tr>
  );
}

function Choices({ choices, adapter }: { choices: readonly CalibrationChoice[]; adapter: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="bench-scroll" aria-label={adapter} tabIndex={0}>
      <table className="bench-choices">
        <caption>{adapter}</caption>
        <thead>
          <tr>
            {['kernel and shape', 'taken', 'ms', 'GFLOP/s', 'others'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {choices.map((choice) => (
            <ChoiceRow key={JSON.stringify([choice.kind, choice.shape, choice.subgroups])} choice={choice} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const adapterOf = ({ adapter, subgroups }: CalibrationChoice): string =>
  `${adapter}, ${subgroups ? 'with' : 'without'} subgroups`;

export function Remembered() {
  const [choices, setChoices] = useState<CalibrationChoice[]>([]);
  useEffect(() => unheard(calibrationChoices().then(setChoices)), []);
  const adapters = [...new Set(choices.map(adapterOf))];
  const count = choices.length === 1 ? 'One choice' : `${choices.length} choices`;
  return (
    <details className="bench-remembered">
      <summary>
        <h2>Which kernels does the lab use here?</h2>
        <span className="sub">
          {choices.length === 0 ? 'None measured yet' : `${count}, ${joinWords(adapters, 'and')}`}
        </span>
      </summary>
      <p className="bench-task">
        Before the first training of a network the lab times several tiles of every large convolution,
        compares their results bit for bit, takes the fastest and remembers it. The choice changes the speed
        of a run, and no number in it.
      </p>
      {adapters.map((adapter) => (
        <Choices
          key={adapter}
          adapter={adapter}
          choices={choices.filter((choice) => adapterOf(choice) === adapter)}
        />
      ))}
    </details>
  );
}
