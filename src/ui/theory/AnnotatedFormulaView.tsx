/** A formula in terms, each with its plain word under it; the parts wrap where the line is short. */
import type { AnnotatedFormula, Term } from '../../paper/theory/formulas.ts';
import { FormulaView } from '../FormulaView.tsx';

function TermView({ term: { formula, words } }: { term: Term }) {
  return (
    <span className={words ? 'term' : 'term sign'}>
      <span className="term-formula">
        <FormulaView formula={formula} />
      </span>
      <span className="term-words">{words}</span>
    </span>
  );
}

export function AnnotatedFormulaView({ formula }: { formula: AnnotatedFormula }) {
  return (
    <div className="annotated">
      {formula.map((part, i) => (
        <span key={part[0]?.words ?? i} className="part">
          {part.map((term, k) => (
            <TermView key={term.words ?? k} term={term} />
          ))}
        </span>
      ))}
    </div>
  );
}
