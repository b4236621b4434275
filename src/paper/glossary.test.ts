import { expect, it } from 'vitest';
import { DEFINITIONS } from './definitions.ts';
import { GLOSSARY, type Term } from './glossary.ts';

const terms: Term[] = Object.values(GLOSSARY);
const names = terms.map(({ name }) => name);

it('the glossary is in the order of the alphabet', () => {
  const letters = (name: string): string => name.replace('β', 'beta');
  expect(names).toEqual([...names].sort((a, b) => letters(a).localeCompare(letters(b), 'en')));
});

it('mathematics in texts is closed again', () => {
  const definitions = Object.values(DEFINITIONS).flatMap(({ words, method, ours, mistakes }) => [
    words,
    ...method,
    ...ours,
    ...mistakes,
  ]);
  for (const text of [...terms.map(({ words }) => words), ...definitions])
    expect(text.split('_').length % 2, text).toBe(1);
});

it('every measurement says what is ours and what goes wrong easily', () => {
  for (const { title, method, ours, mistakes } of Object.values(DEFINITIONS))
    expect(
      [method, ours, mistakes].map((list) => list.length > 0),
      title,
    ).toEqual([true, true, true]);
});
