/**
 * Cuts the fonts of formulae and of the theory page out of their packages: `npx tsx scripts/theory-fonts.ts`. STIX Two Math keeps the formulae's
 * characters, with the table that sizes brackets, and a few signs in texts; Inter the one letter that its Latin file lacks.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';
import * as figureFormulas from '../src/paper/formula.ts';
import * as glossaryFormulas from '../src/paper/glossaryFormulas.ts';
import type { Formula } from '../src/paper/mathml.ts';
import { formulaCharacters } from '../src/paper/theory/formulaCharacters.ts';
import { FACT_C1, FACT_C2 } from '../src/paper/theory/formulas.ts';
import { STATEMENTS } from '../src/paper/theory/statements.ts';

const FOLDER = fileURLToPath(new URL('../src/ui/theory/fonts/', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../node_modules/', import.meta.url));
/** In sentences, tables and pictures. A font without a space is not asked for the measures of formulae. */
const SIGNS = ' √≤≠⋯⟨⟩∂ŷŴĤ₀';
/** Hats that a browser may draw in place of “^”. */
const HATS = '^ˆ\u0302';

interface Cut {
  file: string;
  family: string;
  weight: string;
  source: string;
  characters: string;
}

/** The files of formulae also export the words that build them. */
const isFormula = (exported: unknown): exported is Formula =>
  typeof exported === 'object' && exported !== null && 'children' in exported;

function formulaSigns(): string {
  const terms = Object.values(STATEMENTS).flatMap(({ formula }) => formula.flat());
  const formulas = [...terms.map(({ formula }) => formula), FACT_C1, FACT_C2];
  const measured = [...Object.values(figureFormulas), ...Object.values(glossaryFormulas)].filter(isFormula);
  return [...formulas, ...measured].flatMap((formula) => [...formulaCharacters(formula)]).join('');
}

const CUTS: Cut[] = [
  {
    file: 'stix-two-math.woff2',
    family: 'Theory Math',
    weight: '400',
    source: '@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2',
    characters: formulaSigns() + SIGNS + HATS,
  },
  {
    file: 'inter.woff2',
    family: 'Inter',
    weight: '100 900',
    source: '@fontsource-variable/inter/files/inter-latin-ext-opsz-normal.woff2',
    characters: 'ŷ',
  },
];

const rangeOf = (characters: string): string =>
  [...new Set(characters)]
    .map((character) => character.codePointAt(0)!)
    .sort((a, b) => a - b)
    .map((code) => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`)
    .join(', ');

const faceOf = ({ file, family, weight, characters }: Cut): string => `@font-face {
  font-family: "${family}";
  src: url("./${file}") format("woff2");
  font-weight: ${weight};
  font-display: swap;
  unicode-range: ${rangeOf(characters)};
}
`;

for (const { file, source, characters } of CUTS) {
  const cut = await subsetFont(readFileSync(PACKAGES + source), characters, { targetFormat: 'woff2' });
  writeFileSync(FOLDER + file, cut);
  console.log(`${file}: ${[...new Set(characters)].length} characters, ${cut.length} bytes`);
}
const head =
  '/* Written by scripts/theory-fonts.ts. STIX Two Math and Inter are under the SIL Open Font License 1.1, see OFL.txt. */\n';
writeFileSync(`${FOLDER}fonts.css`, head + CUTS.map(faceOf).join(''));
