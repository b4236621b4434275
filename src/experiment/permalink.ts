/**
 * The set-up as a link's fragment: `#v=1&data=…&net=…`, readable keys, only what differs from the defaults; where that is too
 * long for a link, `#v=1&set=…`, the same in a compact form.
 */
import { readExperiment } from './check.ts';
import { fromCompact, toCompact } from './compactSetUp.ts';
import type { Experiment, ExperimentKey, Notice } from './experiment.ts';
import { fromText, quote, toText, withRanges } from './read.ts';
import { defaultExperiment, EXPERIMENT_KEYS, setting } from './settings.ts';

const VERSION = '1';
/** Longer fragments are cut before anything is read from them. */
const MAX_FRAGMENT_CHARACTERS = 20_000;
const MAX_PARTS = 100;
/** Keys of a fragment that are not part of the set-up: the curves and the view. */
const OTHER_KEYS = ['run', 'page', 'view', 'embed', 'fig', 'bands', 'scale', 'hide', 'smooth', 'x', 'zoom'];
/** The key of the compact form. */
const COMPACT = 'set';
/** Pages whose name alone is a link: `#bench`. */
const BARE_PAGES = ['bench'];

/** Links up to this length stay readable. */
export const MOST_CHARACTERS_OF_A_LINK = 300;

/** `#v=1`, followed by every key whose value is not the default. */
export function toFragment(experiment: Experiment): string {
  const defaults = defaultExperiment();
  const parts = [`v=${VERSION}`];
  for (const key of EXPERIMENT_KEYS) {
    const text = toText(experiment[key]);
    if (text === toText(defaults[key])) continue;
    parts.push(`${setting(key).link}=${escapeValue(linkText(key, experiment))}`);
  }
  return `#${parts.join('&')}`;
}

/** The fragment for a link: readable where it has at most so many characters, else compact where that is shorter. */
export function toLinkFragment(experiment: Experiment, mostCharacters = MOST_CHARACTERS_OF_A_LINK): string {
  const readable = toFragment(experiment);
  if (readable.length <= mostCharacters) return readable;
  const compact = toCompact(experiment);
  const fragment = `#v=${VERSION}&${COMPACT}=${compact}`;
  return compact !== null && fragment.length < readable.length ? fragment : readable;
}

function linkText(key: ExperimentKey, experiment: Experiment): string {
  const asked = setting(key);
  if (asked.type !== 'numbers' || !asked.integer) return toText(experiment[key]);
  return withRanges(experiment[key] as number[]);
}

export interface LinkContent {
  experiment: Experiment;
  notices: Notice[];
  /** The parts that do not belong to the set-up, unread. */
  others: Record<string, string>;
}

/** Reads a fragment that anyone may have written. Never throws, never starts anything. */
export function fromFragment(fragment: string): LinkContent {
  const notices: Notice[] = [];
  const others: Record<string, string> = {};
  const raw: Record<string, unknown> = {};
  // Settings written beside them hold.
  let compact: Record<string, unknown> = {};
  let version = VERSION;
  if (fragment.length > MAX_FRAGMENT_CHARACTERS)
    notices.push({ kind: 'ignored', key: 'link', message: 'The link is too long; its end was ignored.' });
  for (const part of fragment
    .slice(0, MAX_FRAGMENT_CHARACTERS)
    .replace(/^#/, '')
    .split('&')
    .slice(0, MAX_PARTS)) {
    if (part === '') continue;
    const cut = part.indexOf('=');
    const name = unescapeValue(cut < 0 ? part : part.slice(0, cut));
    const text = cut < 0 ? '' : unescapeValue(part.slice(cut + 1));
    const key = EXPERIMENT_KEYS.find((candidate) => setting(candidate).link === name);
    if (key) raw[key] = fromText(setting(key), text);
    else if (name === 'v') version = text;
    else if (name === COMPACT) {
      const settings = fromCompact(text);
      if (settings) compact = settings;
      else
        notices.push({
          kind: 'ignored',
          key: COMPACT,
          message: 'The set-up in the link is damaged, and was ignored.',
        });
    } else if (OTHER_KEYS.includes(name)) others[name] = text;
    else if (cut < 0 && BARE_PAGES.includes(name)) others.page = name;
    else
      notices.push({
        kind: 'ignored',
        key: quote(name),
        message: `“${quote(name)}” is not a setting and was ignored.`,
      });
  }
  if (version !== VERSION)
    notices.push({
      kind: 'ignored',
      key: 'v',
      message: `The link has version “${quote(version)}”; version ${VERSION} is understood. What could be read was used.`,
    });
  const read = readExperiment({ ...compact, ...raw });
  return { experiment: read.experiment, notices: [...notices, ...read.notices], others };
}

/** Percent-encoding that leaves the characters of our own values readable; all are allowed in a fragment. */
export function escapeValue(text: string): string {
  return encodeURIComponent(text).replace(/%(2C|3A|2F|40)/g, decodeURIComponent);
}

function unescapeValue(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}
