/** A text in which _x_ is mathematics, _x~j_ has an index, and **n** is the number that matters. */
import { createElement, Fragment, type ReactNode } from 'react';

/** The text cut at a mark, every second part drawn as `inside`. */
function marked(text: string, mark: string, inside: (part: string) => ReactNode, outside = plain): ReactNode {
  const parts = text.split(mark).map((part, i) => (i % 2 === 1 ? inside(part) : outside(part)));
  return createElement(Fragment, null, ...parts);
}

const plain = (part: string): ReactNode => part;

function maths(part: string): ReactNode {
  const [letter, index] = part.split('~');
  return createElement('i', null, letter, index && createElement('sub', null, index));
}

const mathsAndText = (text: string): ReactNode => marked(text, '_', maths);

export function Words({ text }: { text: string }) {
  return marked(text, '**', (part) => createElement('b', null, mathsAndText(part)), mathsAndText);
}
