/** The statement and the set-up shown: from the link, into the link once the reader's hand rests. */
import { useEffect, useRef, useState } from 'react';
import { addLinkNotice } from '../../store/notices.ts';
import { setPageView } from '../../store/pageActions.ts';
import { useStore } from '../useStore.ts';
import { readTheoryView, type TheoryView, writeTheoryView } from './theoryView.ts';

/** Browsers refuse to change the address many times a second, as a slider would. */
const REST_MS = 300;

export function useTheoryView(): [TheoryView, (change: Partial<TheoryView>) => void] {
  const linked = useStore(({ view }) => view.pageViews.theory ?? '');
  const [view, setView] = useState<TheoryView>(() => readTheoryView(linked));
  const known = useRef<string | null>(null);
  useEffect(() => {
    if (linked === known.current) return;
    known.current = linked;
    const { problems, ...read } = readTheoryView(linked);
    setView(read);
    if (problems.length > 0) addLinkNotice(problems.join(' '));
  }, [linked]);
  useEffect(() => {
    const text = writeTheoryView(view);
    if (text === known.current) return;
    const timer = setTimeout(() => {
      known.current = text;
      setPageView(text);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [view]);
  return [view, (change) => setView((before) => ({ ...before, ...change }))];
}
