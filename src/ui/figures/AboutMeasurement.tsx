/** Under each figure, on demand: the definition, how it is measured here, what of that is ours, and common mistakes. */
import { useState } from 'react';
import { DEFINITIONS, type MeasurementId, PAPER } from '../../paper/definitions.ts';
import { FormulaView } from '../FormulaView.tsx';
import { Prose } from '../Prose.tsx';
import { PageLink } from '../shell/PageLink.tsx';

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

function Definition({ measurement }: { measurement: MeasurementId }) {
  const { formula, words, source, method, ours, mistakes, term, title } = DEFINITIONS[measurement];
  return (
    <>
      <h4>{title}</h4>
      <FormulaView formula={formula} />
      <p>
        <Prose text={words} />{' '}
        <span className="source">
          {PAPER.short}, {source}.
        </span>
      </p>
      <Items title="Here" items={method} />
      <Items title="Ours, where the paper leaves it open" items={ours} />
      <Items title="Common mistakes" items={mistakes} />
      <p className="about-term">
        <PageLink page="glossary" part={term}>
          The words, in the glossary
        </PageLink>
      </p>
    </>
  );
}

export function AboutMeasurement({ measurement, figure }: { measurement: MeasurementId; figure: string }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className="how" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary aria-label={`About this measurement: ${figure}`}>About this measurement</summary>
      {isOpen && <Definition measurement={measurement} />}
    </details>
  );
}
