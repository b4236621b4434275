/** A figure of the page as one SVG that needs nothing of the page: its plots, its words, and what made them. */

const SVG = 'http://www.w3.org/2000/svg';
const MARGIN = 16;
/** Everything about looks that SVG knows as an attribute and the page gives by its style sheets. */
const LOOKS = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'fill-opacity',
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'text-anchor',
  'paint-order',
] as const;
/** What belongs to the pointer, not to the figure. */
const LEFT_OUT = '.cursor, .pointer-area, .recharts-tooltip-cursor';
const WORDS =
  'h3, header > .sub, .reading, .panel-name, .panel-number, .panel-head > span:only-child, .heat-key span';

export interface FigureSvg {
  text: string;
  width: number;
  height: number;
}

/** The same drawing with the page's looks written into it. */
function withLooks(source: SVGSVGElement): SVGSVGElement {
  const copy = source.cloneNode(true) as SVGSVGElement;
  const [before, after] = [
    [source, ...source.querySelectorAll('*')],
    [copy, ...copy.querySelectorAll('*')],
  ];
  for (const [i, element] of after.entries()) {
    const style = getComputedStyle(before[i]!);
    for (const name of LOOKS) {
      const value = style.getPropertyValue(name);
      if (value !== '') element.setAttribute(name, value);
    }
    element.removeAttribute('style');
    element.removeAttribute('class');
  }
  for (const [i, element] of before.entries()) if (element.matches(LEFT_OUT)) after[i]!.remove();
  return copy;
}

function wordsElement(source: Element, { left, top }: DOMRect): SVGTextElement | null {
  const text = source.textContent?.trim();
  if (!text) return null;
  const box = source.getBoundingClientRect();
  const style = getComputedStyle(source);
  const element = document.createElementNS(SVG, 'text');
  element.textContent = text;
  element.setAttribute('x', String(box.left - left + MARGIN));
  element.setAttribute('y', String(box.top - top + MARGIN + 0.78 * Math.min(box.height, 24)));
  element.setAttribute('fill', style.color);
  for (const name of ['font-family', 'font-size', 'font-style', 'font-weight'])
    element.setAttribute(name, style.getPropertyValue(name));
  return element;
}

/** A colour of the key of a map. */
function swatch(source: HTMLElement, { left, top }: DOMRect): SVGRectElement {
  const box = source.getBoundingClientRect();
  const element = document.createElementNS(SVG, 'rect');
  element.setAttribute('x', String(box.left - left + MARGIN));
  element.setAttribute('y', String(box.top - top + MARGIN));
  element.setAttribute('width', String(box.width));
  element.setAttribute('height', String(box.height));
  element.setAttribute('fill', getComputedStyle(source).backgroundColor);
  return element;
}

/** `about` says which set-up and which program gave the values. Null where nothing is drawn. */
export function figureSvg(figure: HTMLElement, about: string): FigureSvg | null {
  const plots = [...figure.querySelectorAll<SVGSVGElement>('svg.recharts-surface, .plot svg[role=img]')];
  const frame = figure.getBoundingClientRect();
  if (plots.length === 0 || frame.width === 0) return null;
  const keys = [...figure.querySelectorAll<HTMLElement>('.heat-key i')];
  const bottom = Math.max(...[...plots, ...keys].map((one) => one.getBoundingClientRect().bottom));
  const [width, height] = [frame.width + 2 * MARGIN, bottom - frame.top + 2 * MARGIN];
  const whole = document.createElementNS(SVG, 'svg');
  whole.setAttribute('xmlns', SVG);
  whole.setAttribute('viewBox', `0 0 ${width} ${height}`);
  whole.setAttribute('width', String(width));
  whole.setAttribute('height', String(height));
  const description = document.createElementNS(SVG, 'desc');
  description.textContent = about;
  const paper = document.createElementNS(SVG, 'rect');
  paper.setAttribute('width', '100%');
  paper.setAttribute('height', '100%');
  paper.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  whole.append(description, paper);
  for (const plot of plots) {
    const box = plot.getBoundingClientRect();
    const copy = withLooks(plot);
    copy.setAttribute('x', String(box.left - frame.left + MARGIN));
    copy.setAttribute('y', String(box.top - frame.top + MARGIN));
    copy.setAttribute('width', String(box.width));
    copy.setAttribute('height', String(box.height));
    copy.setAttribute('overflow', 'visible');
    whole.append(copy);
  }
  for (const key of keys) whole.append(swatch(key, frame));
  for (const words of figure.querySelectorAll(WORDS)) {
    const element = wordsElement(words, frame);
    if (element) whole.append(element);
  }
  return { text: new XMLSerializer().serializeToString(whole), width, height };
}

/** The same as a picture of points, twice as fine. Rejects where the browser cannot draw it. */
export async function figurePng({ text, width, height }: FigureSvg): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(2 * width);
    canvas.height = Math.round(2 * height);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('No picture was made.'))),
        'image/png',
      ),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
