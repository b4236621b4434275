/** Formulae as data: MathML elements, so that they need neither markup in texts nor a typesetter. */

export interface FormulaElement {
  /** The name of a MathML element. */
  name: string;
  attributes?: Readonly<Record<string, string>>;
  children: readonly Formula[];
}

export type Formula = string | FormulaElement;

const element =
  (name: string, attributes: Record<string, string> = {}) =>
  (...children: Formula[]): FormulaElement => ({ name, attributes, children });

export const identifier = element('mi');
export const operator = element('mo');
export const number = element('mn');
export const row = element('mrow');
export const under = element('munder');
export const sub = element('msub');
export const sup = element('msup');
export const subSup = element('msubsup');
export const fraction = element('mfrac');
export const space = element('mspace', { width: '1em' });

/** A sign without the spaces that it would have between operands. */
const tight = element('mo', { lspace: '0', rspace: '0' });
/** The sign is raised in itself. */
export const primed = (base: Formula): Formula => row(base, tight('′'));
export const hat = (base: Formula): Formula => element('mover', { accent: 'true' })(base, operator('^'));
export const norm = (...parts: Formula[]): Formula => row(operator('‖'), ...parts, operator('‖'));
export const squaredNorm = (...parts: Formula[]): Formula => sup(norm(...parts), number('2'));
export const bracket = (...parts: Formula[]): Formula => row(operator('('), ...parts, operator(')'));
export const inner = (a: Formula, b: Formula): Formula =>
  row(operator('⟨'), a, operator(','), b, operator('⟩'));
export const transposed = (base: Formula): Formula => sup(base, tight('⊤'));
/** A bracket as high as the fractions between it and its partner, which are formulae of their own. */
export const tall = element('mo', {
  stretchy: 'true',
  symmetric: 'true',
  minsize: '2.2em',
  maxsize: '2.2em',
  form: 'infix',
});
export const minus = operator('−');
export const equals = operator('=');
