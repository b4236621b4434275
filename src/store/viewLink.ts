/** How the figures are shown, as parts of a link: only what differs from the way they are shown at first. */
import { escapeValue } from '../experiment/permalink.ts';
import { quote } from '../experiment/read.ts';
import { initialState, type StepRange, type View } from './state.ts';

/** What of the view travels in a link. */
export type LinkedView = Pick<
  View,
  | 'page'
  | 'pageViews'
  | 'bands'
  | 'scale'
  | 'hidden'
  | 'time'
  | 'zoom'
  | 'smoothing'
  | 'figures'
  | 'isEmbedded'
>;

/** More smoothing than this hides the run. */
export const MOST_SMOOTHING = 0.99;
const MOST_NAMES = 40;
const MOST_CHARACTERS_OF_A_NAME = 60;

/** The view as it is at first. */
export const firstView = (): View => initialState().view;

/** `["scale=linear", "hide=batch"]`. */
export function viewParts(view: LinkedView): string[] {
  const { page, pageViews, bands, scale, hidden, time, zoom, smoothing, figures, isEmbedded } = view;
  return [
    bands && `bands=${bands}`,
    scale === 'linear' && 'scale=linear',
    time === 'seconds' && 'x=seconds',
    zoom && `zoom=${zoom.join('-')}`,
    smoothing !== null && `smooth=${smoothing}`,
    hidden.length > 0 && `hide=${escapeValue(hidden.join(','))}`,
    figures && `fig=${escapeValue(figures.join(','))}`,
    isEmbedded && 'embed=1',
    page !== 'lab' && `page=${page}`,
    page !== 'lab' && pageViews[page] && `view=${escapeValue(pageViews[page])}`,
  ].filter((part): part is string => typeof part === 'string' && part !== '');
}

export interface ViewReading {
  change: Partial<View>;
  messages: string[];
}

/** What a link says about the view of a run of so many steps; what cannot be used is listed. Never throws. */
export function readView(parts: Record<string, string>, steps: number): ViewReading {
  const messages: string[] = [];
  const choice = <T extends string>(name: string, options: readonly T[]): T | null => {
    const found = options.find((option) => option === parts[name]);
    if (parts[name] !== undefined && !found)
      messages.push(`“${name}=${quote(parts[name])}” is not known; use ${options.join(' or ')}.`);
    return found ?? null;
  };
  const names = (text: string | undefined): string[] | null =>
    text === undefined
      ? null
      : text
          .split(',')
          .slice(0, MOST_NAMES)
          .map((name) => name.trim().slice(0, MOST_CHARACTERS_OF_A_NAME))
          .filter(Boolean);
  const figures = names(parts.fig);
  const change: Partial<View> = {
    bands: choice('bands', ['columns', 'overlaid']),
    scale: choice('scale', ['log', 'linear']) ?? 'log',
    time: choice('x', ['steps', 'seconds']) ?? 'steps',
    isEmbedded: choice('embed', ['1', '0']) === '1',
    zoom: zoomFrom(parts.zoom, steps, messages),
    smoothing: smoothingFrom(parts.smooth, messages),
    hidden: names(parts.hide) ?? [],
    figures: figures?.length ? figures : null,
  };
  return { change, messages };
}

function smoothingFrom(text: string | undefined, messages: string[]): number | null {
  if (text === undefined) return null;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) {
    messages.push(`Smoothing must be a number from 0 to ${MOST_SMOOTHING}; found “${quote(text)}”.`);
    return null;
  }
  const clamped = Math.min(MOST_SMOOTHING, Math.max(0, value)) + 0;
  if (clamped !== value)
    messages.push(`Smoothing must be from 0 to ${MOST_SMOOTHING}; “${quote(text)}” was set to ${clamped}.`);
  return clamped;
}

/** `100-200`, inside the run. */
function zoomFrom(text: string | undefined, steps: number, messages: string[]): StepRange | null {
  if (text === undefined) return null;
  const found = /^(\d{1,9})-(\d{1,9})$/.exec(text);
  const [from, to] = [Number(found?.[1]), Number(found?.[2])];
  if (!(from < to) || from >= steps) {
    messages.push(`The steps shown must be like “100-200”, up to ${steps}; found “${quote(text)}”.`);
    return null;
  }
  if (to > steps) messages.push(`The run has ${steps} steps; “${quote(text)}” was cut there.`);
  return [from, Math.min(to, steps)];
}
