/** The experiment in the words of a sentence. */
import { parseNetwork } from '../../experiment/architecture.ts';
import type { Experiment } from '../../experiment/experiment.ts';
import { formatNumber, toText } from '../../experiment/read.ts';
import { EXPERIMENT_KEYS, SETTINGS, type Setting, setting } from '../../experiment/settings.ts';
import { formatCount } from '../format.ts';

/** “8-layer VGG”, “25-layer linear network”. Layers without numbers to train, such as pooling, do not count. */
export function networkWords(network: string): string {
  const parsed = parseNetwork(network);
  if (!parsed.ok) return 'network';
  if (parsed.value.kind === 'dln') return `${parsed.value.depth}-layer linear network`;
  const convolutions = parsed.value.blocks.filter((block) => block !== 'M').length;
  return `${convolutions + parsed.value.hidden.length + 1}-layer VGG`;
}

/** “an” before 8, 11, 18 and 80 to 89 read aloud. */
export function article(words: string): string {
  return /^(8|11|18)(\D|$)|^8\d(\D|$)/.test(words) ? 'an' : 'a';
}

/** What a setting may be, in grey beside its name. */
export function rangeWords(one: Setting): string {
  switch (one.type) {
    case 'number':
      return one.integer
        ? `${formatCount(one.min)} to ${formatCount(one.max)}`
        : `${formatNumber(one.min)} to ${formatNumber(one.max)}`;
    case 'batch-size':
      return `${formatCount(one.min)} to ${formatCount(one.max)}, or full`;
    case 'numbers':
      return `${one.minLength} to ${one.maxLength} values`;
    case 'variants':
      return `1 to ${one.maxLength}`;
    case 'choice':
    case 'network':
      return '';
    default:
      return one satisfies never;
  }
}

const LONGEST_LIST = 3;

/** “Learning rate η 0.1 → 0.5”: what differs between a run and what is asked now. */
export function changeWords(before: Experiment, now: Experiment): string {
  const changes = EXPERIMENT_KEYS.filter((key) => toText(before[key]) !== toText(now[key])).map((key) => {
    const [from, to] = [toText(before[key], ', '), toText(now[key], ', ')];
    return `${setting(key).label} ${from || 'none'} → ${to || 'none'}`;
  });
  const more = changes.length - LONGEST_LIST;
  return [...changes.slice(0, LONGEST_LIST), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

export const MOST_VARIANTS = SETTINGS.variants.maxLength;
