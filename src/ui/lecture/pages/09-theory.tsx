import { checkGradients } from '../../../paper/theory/gradientTheorem.ts';
import { defaultTheorySetup } from '../../../paper/theory/setup.ts';
import { buildNetworks } from '../../../paper/theory/twoNetworks.ts';
import { gradientStatement } from '../../theory/gradientStatement.tsx';
import '../../theory/theory.css';
import type { LecturePage } from '../page.ts';

/** The small network of the theory page, computed once the page is shown. */
const networks = () => buildNetworks(defaultTheorySetup());

export const theory: LecturePage = {
  title: 'Theorem 4.1, as printed',
  question: 'In how many units does the printed bound hold?',
  lead: 'BatchNorm takes the mean and the part along ŷ out of a unit’s gradient, and scales the rest by γ/σ. The printed bound puts 1/√m before the second part.',
  options: ['In every unit', 'In some', 'In none'],
  findings: [
    'The printed bound holds in every unit.',
    'The printed bound holds in some units only.',
    'The printed bound holds in no unit.',
  ],
  known: [],
  predicted: [],
  answer: () => {
    const rows = checkGradients(networks());
    const count = rows.filter(({ isPrintedTrue }) => isPrintedTrue).length;
    const option = count === rows.length ? 0 : count === 0 ? 2 : 1;
    return { option, number: `${count}`, words: `of ${rows.length} units, computed here in float64` };
  },
  figure: ({ isRevealed }) =>
    isRevealed ? (
      <div className="theory">{gradientStatement(networks()).picture({ chosen: 0, onChoose: () => {} })}</div>
    ) : null,
  preset: 'landscape',
};
