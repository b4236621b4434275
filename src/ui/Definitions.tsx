/** Beside the figures: what each of them measures, with its formula and its place in the paper. */
import { DEFINITIONS, type Definition, PAPER } from '../paper/definitions.ts';
import { FormulaView } from './FormulaView.tsx';
import { Prose } from './Prose.tsx';

const LISTED: (readonly [definition: Definition, section: string])[] = [
  [DEFINITIONS.landscape, 'landscape'],
  [DEFINITIONS.predictiveness, 'landscape'],
  [DEFINITIONS.smoothness, 'landscape'],
  [DEFINITIONS['covariate-shift'], 'shift'],
];

export function Definitions() {
  return (
    <aside className="rail" aria-labelledby="definitions-title">
      <header>
        <h2 id="definitions-title">What we measure</h2>
        <a className="sub" href={PAPER.url}>
          {PAPER.short}
        </a>
      </header>
      <ol>
        {LISTED.map(([{ title, source, formula, words }, section]) => (
          <li key={title}>
            <h3>
              <a href={`#${section}`} onClick={(event) => scrollTo(event, section)}>
                {title}
              </a>
            </h3>
            <span className="sub">{source}</span>
            <FormulaView formula={formula} />
            <p>
              <Prose text={words} />
            </p>
          </li>
        ))}
      </ol>
    </aside>
  );
}

/** Scrolls without changing the address, which holds the set-up. */
function scrollTo(event: { preventDefault(): void }, section: string): void {
  event.preventDefault();
  document.getElementById(section)?.scrollIntoView();
}
