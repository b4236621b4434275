/** Under each figure, on demand: the definition, how it is measured here, what of that is ours, and common mistakes. */
import { DEFINITIONS, type MeasurementId, PAPER } from '../../paper/definitions.ts';
import { FormulaView } from '../FormulaView.tsx';
import { Prose } from '../Prose.tsx';

function Items({ title, items }: { title: string; items: readonly string[] }) {
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {items.map((item) => (
          <li key={item}>
            <Prose text={item} />
          </li>
        ))}
      </ul>
    </>
  );
}

export function HowWeMeasure({ measurement }: { measurement: MeasurementId }) {
  const { formula, words, source, method, ours, mistakes, title } = DEFINITIONS[measurement];
  return (
    <details className="how">
      <summary aria-label={`How we measure it: ${title}`}>How we measure it</summary>
      <FormulaView formula={formula} />
      <p>
        <Prose text={words} />{' '}
        <span className="source">
          {PAPER.short}, {source}.
        </span>
      </p>
      <Items title="Here" items={method} />
      <Items title="Ours" items={ours} />
      <Items title="Common mistakes" items={mistakes} />
    </details>
  );
}
