/** A text whose words between underscores are mathematics, set in italics. */
import { createElement, Fragment } from 'react';

export function Prose({ text }: { text: string }) {
  const parts = text.split('_').map((part, i) => (i % 2 === 1 ? createElement('i', null, part) : part));
  return createElement(Fragment, null, ...parts);
}
