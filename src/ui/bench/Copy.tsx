/** The numbers for elsewhere: tables as Markdown, or what programs read as JSON. */
import { useState } from 'react';
import { type BenchResult, benchJson, benchMarkdown } from '../../store/bench.ts';
import { unheard } from '../unheard.ts';

interface CopyProps {
  result: Partial<BenchResult>;
  /** JSON is of a whole result only. */
  isWhole: boolean;
}

export function Copy({ result, isWhole }: CopyProps) {
  const [answer, setAnswer] = useState('');
  const copy = async (what: string, text: string): Promise<void> => {
    const copied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    setAnswer(copied ? `Copied as ${what}.` : 'The browser did not allow copying.');
  };
  return (
    <span className="bench-copy">
      <span className="sub" role="status">
        {answer}
      </span>
      <button
        type="button"
        className="button quiet"
        onClick={() => unheard(copy('Markdown', benchMarkdown(result)))}
      >
        Copy as Markdown
      </button>
      <button
        type="button"
        className="button quiet"
        disabled={!isWhole}
        onClick={() => unheard(copy('JSON', benchJson(result as BenchResult)))}
      >
        Copy as JSON
      </button>
    </span>
  );
}
