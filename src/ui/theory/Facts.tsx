/** Facts C.1 and C.2: where the two missing parts come from. */
import { useMemo } from 'react';
import { checkFactC1, checkFactC2 } from '../../paper/theory/facts.ts';
import { FACT_C1, FACT_C2 } from '../../paper/theory/formulas.ts';
import type { TwoNetworks } from '../../paper/theory/twoNetworks.ts';
import { FormulaView } from '../FormulaView.tsx';
import { formatDeviation } from './numbers.ts';
import { Words } from './Words.tsx';

function FactsInside({ networks }: { networks: TwoNetworks }) {
  const { gradient, jacobian } = useMemo(
    () => ({ gradient: checkFactC1(networks), jacobian: checkFactC2(networks.units[0]!) }),
    [networks],
  );
  const { samples } = networks.setup;
  return (
    <>
      <p>
        <Words text="Moving one output moves the mean and the deviation of its whole minibatch. Whatever shifts all samples alike, or stretches them along _ŷ_, is taken out again: those are the second and the third term." />
      </p>
      <FormulaView formula={FACT_C2} />
      <p>
        <Words
          text={`Fact C.2 (App. C), for _z_. Against the chain rule through mean, square, root and quotient, over all ${samples}² entries of unit 1: largest deviation **${formatDeviation(jacobian)}**.`}
        />
      </p>
      <FormulaView formula={FACT_C1} />
      <p>
        <Words
          text={`Fact C.1 (App. C): the same, times the gradient _g_ that arrives. Over all units and samples: largest deviation **${formatDeviation(gradient)}**.`}
        />
      </p>
    </>
  );
}

export function Facts({ networks }: { networks: TwoNetworks }) {
  return (
    <details className="facts">
      <summary>Where the two parts come from</summary>
      <FactsInside networks={networks} />
    </details>
  );
}
