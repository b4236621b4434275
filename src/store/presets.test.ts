import { afterEach, describe, expect, it } from 'vitest';
import { choosePreset, configure } from './experimentActions.ts';
import { initialState } from './state.ts';
import { store } from './store.ts';

afterEach(() => store.setState(initialState(), true));

describe('choosing a figure of the paper', () => {
  it('asks for its experiment and keeps the seeds', () => {
    configure({ seed: 7, seeds: 3 });
    choosePreset('norms', 'paper');
    expect(store.getState().experiment).toMatchObject({ seed: 7, seeds: 3, steps: 15_000 });
    expect(store.getState().view.preset).toBe('norms');
  });
});
