/** Under the claims: what the figures measure, each with its formula and its place in the paper. */
import { DEFINITIONS, type MeasurementId, PAPER } from '../paper/definitions.ts';
import { FormulaView } from './FormulaView.tsx';
import { Prose } from './Prose.tsx';
import { Icon } from './shell/icons.tsx';

/** The section of the page in which each measurement has its figures. */
const SECTIONS: Record<MeasurementId, string> = {
  landscape: 'landscape',
  predictiveness: 'landscape',
  smoothness: 'landscape',
  training: 'speed',
  test: 'speed',
  'covariate-shift': 'shift',
  activations: 'activations',
  drift: 'drift',
  distances: 'distances',
  random: 'distances',
  'layer-norms': 'layer-norms',
  sharpness: 'end-point',
  flatness: 'end-point',
};

const LISTED = Object.entries(DEFINITIONS).map(
  ([id, definition]) => [definition, SECTIONS[id as MeasurementId]] as const,
);

export function Definitions() {
  return (
    <details className="definitions">
      <summary>
        <h3>What we measure</h3>
        <span className="sign">
          <Icon name="plus" />
        </span>
      </summary>
      <a className="sub reference" href={PAPER.url}>
        {PAPER.short}
      </a>
      <ol>
        {LISTED.map(([{ title, source, formula, words }, section]) => (
          <li key={title}>
            <h4>
              <a href={`#${section}`} onClick={(event) => scrollTo(event, section)}>
                {title}
              </a>
            </h4>
            <span className="sub">{source}</span>
            <FormulaView formula={formula} />
            <p>
              <Prose text={words} />
            </p>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Scrolls without changing the address, which holds the set-up. */
function scrollTo(event: { preventDefault(): void }, section: string): void {
  event.preventDefault();
  document.getElementById(section)?.scrollIntoView();
}
