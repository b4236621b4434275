/** A formula as the browser's own MathML. */
import { createElement, type ReactNode } from 'react';
import type { Formula, FormulaElement } from '../paper/formula.ts';

function attributesOf({ name, children }: FormulaElement): Record<string, string> {
  if (name === 'mspace') return { width: '1em' };
  return children[0] === '′' ? { lspace: '0', rspace: '0' } : {};
}

function draw(formula: Formula, key: number): ReactNode {
  if (typeof formula === 'string') return formula;
  return createElement(formula.name, { key, ...attributesOf(formula) }, ...formula.children.map(draw));
}

export function FormulaView({ formula }: { formula: Formula }) {
  return createElement('math', { display: 'block' }, draw(formula, 0));
}
