/** Decimal numbers as people read them, without Intl: loading a locale takes longer than drawing a figure. */

/** A comma every three digits from 1,000, at most six decimals: 15,000 and 0.05. Of finite numbers. */
export function decimal(value: number): string {
  const [whole = '', ...decimals] = String(Number(value.toFixed(6))).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...decimals].join('.');
}

/** Settings that are no whole numbers keep so many digits from their first that is not 0, so that every link to a set-up is short. */
export const SIGNIFICANT_DIGITS = 6;

export function rounded(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}
