import { expect, it } from 'vitest';
import { STOPS } from './stops.ts';

const SLOW_READER_WORDS_PER_MINUTE = 180;

it('the tour has five to seven stops, read in under a minute', () => {
  expect(STOPS.length).toBeGreaterThanOrEqual(5);
  expect(STOPS.length).toBeLessThanOrEqual(7);
  const words = STOPS.flatMap(({ title, words }) => `${title} ${words}`.split(' '));
  expect(words.length).toBeLessThan(SLOW_READER_WORDS_PER_MINUTE);
});
