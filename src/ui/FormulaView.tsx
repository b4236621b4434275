/** A formula as the browser's own MathML. */
import { createElement, type ReactNode } from 'react';
import type { Formula } from '../paper/formula.ts';

function draw(formula: Formula, key: number): ReactNode {
  if (typeof formula === 'string') return formula;
  const attributes = formula.name === 'mspace' ? { width: '1em' } : {};
  return createElement(formula.name, { key, ...attributes }, ...formula.children.map(draw));
}

export function FormulaView({ formula }: { formula: Formula }) {
  return createElement('math', { display: 'block' }, draw(formula, 0));
}
