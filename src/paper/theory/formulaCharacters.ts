/** The characters that a formula is drawn with: a browser draws a letter alone in `mi` as a mathematical italic one. */
import type { Formula } from '../mathml.ts';

/** First letter of a run in Unicode and of its mathematical italic counterpart. */
const ITALIC_RUNS = [
  ['A', 'Z', 0x1d434],
  ['a', 'z', 0x1d44e],
  ['Α', 'Ω', 0x1d6e2],
  ['α', 'ω', 0x1d6fc],
] as const;
/** Its place among the italic letters is empty: Unicode had it already as Planck's constant. */
const ITALIC_H = 'ℎ';

function italic(letter: string): string {
  if (letter === 'h') return ITALIC_H;
  const run = ITALIC_RUNS.find(([first, last]) => letter >= first && letter <= last);
  if (!run) return letter;
  return String.fromCodePoint(run[2] + letter.codePointAt(0)! - run[0].codePointAt(0)!);
}

export function formulaCharacters(formula: Formula): Set<string> {
  if (typeof formula === 'string') return new Set(formula);
  const { name, children } = formula;
  const drawn = children.flatMap((child) => [...formulaCharacters(child)]);
  const isLetter = name === 'mi' && drawn.length === 1;
  return new Set(isLetter ? drawn.map(italic) : drawn);
}
