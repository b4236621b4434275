/** Reads one setting from anything: the value itself, or the nearest usable one and what was wrong. */
import { networkText, parseNetwork } from './architecture.ts';
import { decimal, rounded } from './decimal.ts';
import type {
  BatchSizeSetting,
  NumberSetting,
  NumbersSetting,
  Setting,
  VariantsSetting,
} from './settings.ts';
import { parseVariant, variantText } from './variants.ts';

export type SettingValue = number | string | number[] | string[];

export interface SettingReading {
  /** Usable in any case. */
  value: SettingValue;
  problem: { kind: 'clamped' | 'ignored'; message: string } | null;
}

const fine = (value: SettingValue): SettingReading => ({ value, problem: null });
const ignored = (setting: Setting, message: string): SettingReading => ({
  value: structuredClone(setting.default) as SettingValue,
  problem: { kind: 'ignored', message },
});

const MOST_QUOTED = 40;

/** At most 40 characters of something unexpected, for a message. Never throws: what lies deeper than a list is named by its type. */
export function quote(raw: unknown): string {
  const text = typeof raw === 'string' ? raw : Array.isArray(raw) ? quotedList(raw) : quotedItem(raw);
  return text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text;
}

const quotedList = (list: readonly unknown[]): string =>
  `[${Array.from({ length: Math.min(list.length, MOST_QUOTED) }, (_, i) => quotedItem(list[i])).join(',')}]`;

function quotedItem(item: unknown): string {
  if (Array.isArray(item)) return 'a list';
  if (typeof item === 'function') return 'a function';
  if (typeof item === 'object' && item !== null) return 'an object';
  return typeof item === 'string' ? JSON.stringify(item.slice(0, MOST_QUOTED)) : String(item);
}

/** 0.1, 1e-6, 15,000: a number as people read it. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential().replace('e+', 'e');
  return decimal(value);
}

/** Reads a value that came from a link, a file, a control or a script. Never throws. */
export function readSetting(setting: Setting, raw: unknown): SettingReading {
  switch (setting.type) {
    case 'number':
      return readNumber(setting, raw);
    case 'batch-size':
      return raw === 'full' ? fine('full') : readNumber(setting, raw);
    case 'numbers':
      return readNumbers(setting, raw);
    case 'choice':
      return typeof raw === 'string' && setting.options.includes(raw)
        ? fine(raw)
        : ignored(
            setting,
            `${setting.label} “${quote(raw)}” is not known. Choose among ${setting.options.join(', ')}.`,
          );
    case 'network': {
      const parsed = typeof raw === 'string' ? parseNetwork(raw) : null;
      if (parsed?.ok) return fine(networkText(parsed.value));
      return ignored(setting, parsed ? parsed.message : `The network must be a text; found ${quote(raw)}.`);
    }
    case 'variants':
      return readVariants(setting, raw);
    default:
      return setting satisfies never;
  }
}

function rangeOf(setting: NumberSetting | NumbersSetting | BatchSizeSetting): string {
  return `${formatNumber(setting.min)} to ${formatNumber(setting.max)}`;
}

function readNumber(setting: NumberSetting | BatchSizeSetting, raw: unknown): SettingReading {
  if (typeof raw !== 'number' || Number.isNaN(raw))
    return ignored(
      setting,
      `${setting.label} must be a number from ${rangeOf(setting)}; found “${quote(raw)}”.`,
    );
  const value = clamp(setting, raw);
  if (value === written(setting, raw)) return fine(value);
  const expected =
    raw < setting.min
      ? `at least ${formatNumber(setting.min)}`
      : raw > setting.max
        ? `at most ${formatNumber(setting.max)}`
        : 'a whole number';
  return {
    value,
    problem: {
      kind: 'clamped',
      message: `${setting.label} must be ${expected}; ${formatNumber(raw)} was asked for.`,
    },
  };
}

/** With as many digits as are kept. */
const written = ({ integer }: { integer: boolean }, raw: number): number => (integer ? raw : rounded(raw));

function clamp(setting: { min: number; max: number; integer: boolean }, raw: number): number {
  const whole = setting.integer ? Math.round(raw) : rounded(raw);
  // Adding 0 turns −0 into 0.
  return Math.min(setting.max, Math.max(setting.min, whole)) + 0;
}

/** More values than that no list of settings has. */
const MOST_READ = 200;

const isNumber = (item: unknown): item is number => typeof item === 'number' && !Number.isNaN(item);

function readNumbers(setting: NumbersSetting, raw: unknown): SettingReading {
  // A stored list may say that it is longer than memory is.
  const first: unknown[] | null = Array.isArray(raw) ? Array.from(raw.slice(0, MOST_READ)) : null;
  if (!Array.isArray(raw) || !first?.every(isNumber))
    return ignored(setting, `${setting.label} must be numbers separated by commas; found “${quote(raw)}”.`);
  if (raw.length < setting.minLength)
    return ignored(setting, `${setting.label} needs at least ${setting.minLength} value.`);
  const clamped = first.slice(0, setting.maxLength).map((item) => clamp(setting, item));
  const value = [...new Set(clamped)].sort((a, b) => a - b);
  const same = value.length === raw.length && first.every((item) => value.includes(written(setting, item)));
  if (same) return fine(value);
  return {
    value,
    problem: {
      kind: 'clamped',
      message: `${setting.label} must be up to ${setting.maxLength} different ${setting.integer ? 'whole numbers' : 'numbers'} from ${rangeOf(setting)}; found “${quote(first.slice(0, 12).join(', '))}”.`,
    },
  };
}

function readVariants(setting: VariantsSetting, raw: unknown): SettingReading {
  if (!Array.isArray(raw)) return ignored(setting, `${setting.label} must be a list; found “${quote(raw)}”.`);
  const kept: string[] = [];
  let message: string | null = null;
  for (const item of raw.slice(0, 2 * setting.maxLength) as unknown[]) {
    const parsed = typeof item === 'string' ? parseVariant(item) : null;
    if (!parsed?.ok)
      message ??= parsed ? parsed.message : `A network must be named by a text; found “${quote(item)}”.`;
    else if (kept.includes(variantText(parsed.value)))
      message ??= `“${variantText(parsed.value)}” is asked for twice; once is enough.`;
    else kept.push(variantText(parsed.value));
  }
  if (kept.length === 0) return ignored(setting, message ?? 'At least one network must be chosen.');
  if (raw.length > setting.maxLength)
    message ??= `At most ${setting.maxLength} networks train side by side; ${raw.length} were asked for.`;
  if (message === null) return fine(kept);
  return { value: kept.slice(0, setting.maxLength), problem: { kind: 'clamped', message } };
}

/** “3-7” -> 3, 4, 5, 6, 7; null for anything else. */
function rangeFrom(token: string): number[] | null {
  const [, from, to] = /^(\d{1,3})-(\d{1,3})$/.exec(token) ?? [];
  const length = Number(to) - Number(from) + 1;
  return length > 1 ? Array.from({ length }, (_, i) => Number(from) + i) : null;
}

/** What a control or a link holds, as a value to be read: "0.1" -> 0.1, "0.5, 1" -> [0.5, 1]. */
export function fromText(setting: Setting, text: string): unknown {
  const trimmed = text.trim();
  const number = (token: string): unknown =>
    /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(token) ? Number(token) : token;
  const list = (): string[] => (trimmed === '' ? [] : trimmed.split(/\s*,\s*|\s+/).slice(0, 200));
  switch (setting.type) {
    case 'number':
    case 'batch-size':
      return number(trimmed.replace(/(\d),(?=\d{3}\b)/g, '$1'));
    case 'numbers':
      return list()
        .flatMap((token) => (setting.integer ? rangeFrom(token) : null) ?? [number(token)])
        .slice(0, 200);
    case 'variants':
      return list();
    case 'choice':
    case 'network':
      return trimmed;
    default:
      return setting satisfies never;
  }
}

/** Whole numbers in ascending order as a link holds them, three or more in a row as a range: “1,3-7”. */
export function withRanges(values: readonly number[]): string {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run && value === run.at(-1)! + 1) run.push(value);
    else runs.push([value]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',');
}

/** The text of a value in a link or a control. */
export function toText(value: SettingValue, separator = ','): string {
  return Array.isArray(value) ? value.join(separator) : String(value);
}
