/** A section that is open only where the experiment is about it, or the visitor wants to see it. */
import { type ReactNode, useState } from 'react';
import { Section } from '../Section.tsx';

interface FoldedSectionProps {
  id: string;
  question: string;
  source: string;
  /** What it holds, while it is closed. */
  words: string;
  isOpenAtFirst: boolean;
  children: ReactNode;
}

export function FoldedSection({ id, question, source, words, isOpenAtFirst, children }: FoldedSectionProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? isOpenAtFirst;
  return (
    <Section id={id} question={question} source={source}>
      <div className="switch-on">
        <p className="caption">{words}</p>
        <button
          type="button"
          className="button outlined"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Hide' : 'Show'} the figures: ${question}`}
          onClick={() => setChosen(!isOpen)}
        >
          {isOpen ? 'Hide the figures' : 'Show the figures'}
        </button>
      </div>
      {isOpen && children}
    </Section>
  );
}
