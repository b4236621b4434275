import { afterEach, describe, expect, it } from 'vitest';
import { configure } from '../store/experimentActions.ts';
import { FakeLab } from '../store/fakeLab.ts';
import { connect, run } from '../store/runActions.ts';
import { clearRecord } from '../store/runRecord.ts';
import { initialState } from '../store/state.ts';
import { store } from '../store/store.ts';
import { cursorStep, hoverAt, toggleHidden } from '../store/viewActions.ts';
import { actionOf } from './keyboard.ts';

const press = (key: string, shiftKey = false): void => actionOf({ key, shiftKey })?.();
const cursor = (): number | null => cursorStep(store.getState());

async function finished(): Promise<void> {
  await connect(new FakeLab());
  configure({ steps: 60, probeEvery: 10 });
  await run();
}

afterEach(() => {
  clearRecord();
  store.setState(initialState(), true);
});

describe('keys', () => {
  it('move the time cursor from the last step by a probe, with Shift by ten, and put it away', async () => {
    await finished();
    press('ArrowLeft');
    expect(cursor()).toBe(59);
    press('ArrowLeft');
    expect(cursor()).toBe(50);
    press('ArrowLeft', true);
    expect(cursor()).toBe(0);
    press('ArrowRight');
    expect(cursor()).toBe(10);
    press('Escape');
    expect(cursor()).toBeNull();
  });

  it('zoom around the cursor, keep it in sight as it walks on, and show all steps again', async () => {
    const zoom = (): readonly number[] | null => store.getState().view.zoom;
    await finished();
    press('+');
    expect(zoom()).toEqual([15, 45]);
    press('ArrowLeft');
    expect(cursor()).toBe(59);
    expect(zoom()).toEqual([30, 60]);
    press('+');
    expect(zoom()).toEqual([45, 60]);
    press('-');
    expect(zoom()).toEqual([30, 60]);
    press('Escape');
    expect(zoom()).toEqual([30, 60]);
    press('Escape');
    expect(zoom()).toBeNull();
    press('+');
    press('0');
    expect(zoom()).toBeNull();
  });

  it('show one network alone, and all of them again', async () => {
    await finished();
    press('2');
    expect(store.getState().view.hidden).toEqual(['none', 'noisy-batch']);
    press('2');
    expect(store.getState().view.hidden).toEqual([]);
    expect(actionOf({ key: '7', shiftKey: false })).toBeNull();
  });

  it('do not move a cursor before anything has run', () => {
    press('ArrowLeft');
    expect(cursor()).toBeNull();
  });
});

describe('the pointer', () => {
  it('reads the nearest probe, or the last step', async () => {
    await finished();
    hoverAt(33.7);
    expect(cursor()).toBe(30);
    hoverAt(54);
    expect(cursor()).toBe(50);
    hoverAt(1e6);
    expect(cursor()).toBe(59);
    hoverAt(null);
    expect(cursor()).toBeNull();
  });
});

describe('hiding', () => {
  it('never hides the last network', () => {
    toggleHidden('none');
    toggleHidden('batch');
    toggleHidden('noisy-batch');
    expect(store.getState().view.hidden).toEqual(['none', 'batch']);
    toggleHidden('none');
    expect(store.getState().view.hidden).toEqual(['batch']);
  });
});
