/** Which page of the lecture is shown, what was guessed on each, and the keys that drive it. */
import { useEffect, useState } from 'react';
import type { Experiment } from '../../experiment/experiment.ts';
import { presetExperiment } from '../../experiment/presets.ts';
import { choosePreset } from '../../store/experimentActions.ts';
import { showsNothingOfTheVisitor } from '../../store/gallery.ts';
import { sameExperiment } from '../../store/link.ts';
import { setPageView, showPage } from '../../store/pageActions.ts';
import { pause, run } from '../../store/runActions.ts';
import { isBusy, store } from '../../store/store.ts';
import { unheard } from '../unheard.ts';
import { useStore } from '../useStore.ts';
import type { LecturePage } from './page.ts';
import { LECTURE_PAGES } from './pages/index.ts';

/** Whether the curves are shown, and the option chosen before. */
interface Guess {
  isRevealed: boolean;
  option: number | null;
}

const NO_GUESS: Guess = { isRevealed: false, option: null };

export interface Lecture {
  index: number;
  page: LecturePage;
  guess: Guess;
  goTo: (index: number) => void;
  choose: (option: number) => void;
  toggle: () => void;
}

/** The page that a link names, counted from 1; the first where it names none. */
export function indexFrom(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 1;
  return Math.min(LECTURE_PAGES.length, Math.max(1, number)) - 1;
}

export function useLecture(): Lecture {
  const index = useStore(({ view }) => indexFrom(view.pageViews.lecture ?? ''));
  const [guesses, setGuesses] = useState<Readonly<Record<number, Guess>>>({});
  const guess = guesses[index] ?? NO_GUESS;
  const change = (part: Partial<Guess>): void => setGuesses({ ...guesses, [index]: { ...guess, ...part } });
  return {
    index,
    page: LECTURE_PAGES[index]!,
    guess,
    goTo: (next) => setPageView(String(indexFrom(String(Math.max(1, next + 1))) + 1)),
    // After the answer a guess would be none.
    choose: (option) => !guess.isRevealed && change({ option }),
    toggle: () => change({ isRevealed: !guess.isRevealed }),
  };
}

/** Whether what is asked measures what the page is about. */
function suits({ known, predicted, layers }: LecturePage, experiment: Experiment): boolean {
  const hasNetworks = [...known, ...predicted].every((id) => experiment.variants.includes(id));
  return hasNetworks && (layers === undefined || experiment[layers].length > 0);
}

/** Trains what the page needs, or pauses what trains. */
export function trainHere(page: LecturePage): void {
  const state = store.getState();
  if (state.labState === 'running') unheard(pause());
  if (isBusy(state)) return;
  if (!suits(page, state.experiment)) choosePreset(page.preset, 'lab');
  unheard(run());
}

/** Asks for what the page needs, whose recorded run then appears, unless something of the visitor's own is shown or asked. */
export function showRecordedFor(page: LecturePage): void {
  const { experiment } = store.getState();
  if (suits(page, experiment) || !showsNothingOfTheVisitor()) return;
  const asked = LECTURE_PAGES.map(({ preset }) => presetExperiment(preset, 'lab'));
  if (asked.some((one) => sameExperiment(one, experiment))) choosePreset(page.preset, 'lab');
}

/** Fills the screen, or no longer. Browsers may refuse. */
function toggleFullScreen(): void {
  if (document.fullscreenElement) unheard(document.exitFullscreen());
  else unheard(document.documentElement.requestFullscreen());
}

interface KeyActions {
  lecture: Lecture;
  train: () => void;
  help: () => void;
}

function actionOf(key: string, { lecture, train, help }: KeyActions): (() => void) | null {
  const { index, guess } = lecture;
  switch (key) {
    case 'ArrowRight':
    case 'PageDown':
      return () => lecture.goTo(index + 1);
    case 'ArrowLeft':
    case 'PageUp':
      return () => lecture.goTo(index - 1);
    case 'Home':
      return () => lecture.goTo(0);
    case 'End':
      return () => lecture.goTo(LECTURE_PAGES.length - 1);
    case ' ':
      return guess.isRevealed ? () => lecture.goTo(index + 1) : lecture.toggle;
    case 'r':
    case 'R':
      return lecture.toggle;
    case '1':
    case '2':
    case '3':
      return () => lecture.choose(Number(key) - 1);
    case 'l':
    case 'L':
      return train;
    case 'f':
    case 'F':
      return toggleFullScreen;
    case '?':
      return help;
    case 'Escape':
      return document.fullscreenElement ? null : () => showPage('lab');
    default:
      return null;
  }
}

export function useLectureKeys(actions: KeyActions): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const { target } = event;
      if (target instanceof Element && target.closest('dialog')) return;
      if (event.key === ' ' && target instanceof Element && target.closest('button, a, summary')) return;
      const action = actionOf(event.key, actions);
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
