/** A formula as the browser's own MathML. */
import { createElement, type ReactNode } from 'react';
import type { Formula } from '../paper/mathml.ts';

function draw(formula: Formula, key: number): ReactNode {
  if (typeof formula === 'string') return formula;
  const { name, attributes, children } = formula;
  return createElement(name, { key, ...attributes }, ...children.map(draw));
}

export function FormulaView({ formula, inline = false }: { formula: Formula; inline?: boolean }) {
  return createElement('math', { display: inline ? 'inline' : 'block' }, draw(formula, 0));
}
