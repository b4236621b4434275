/** The left side: the question and three answers to choose from, then what was found. */
import { Icon } from '../shell/icons.tsx';
import type { Answer } from './page.ts';
import type { Lecture } from './useLecture.ts';

interface AskProps {
  lecture: Lecture;
  answer: Answer | null;
}

function Options({ lecture, right }: { lecture: Lecture; right: number | null }) {
  const { page, guess, choose } = lecture;
  return (
    <fieldset className="lecture-options" aria-label="What do you expect?">
      {page.options.map((words, option) => (
        <button
          key={words}
          type="button"
          className={right === null ? undefined : option === right ? 'right' : 'other'}
          aria-pressed={guess.option === option}
          onClick={() => choose(option)}
        >
          <kbd>{option + 1}</kbd>
          {words}
          <span className="lecture-tag">
            {guess.option === option && 'your guess'}
            {option === right && (
              <>
                <Icon name="check" /> measured
              </>
            )}
          </span>
        </button>
      ))}
    </fieldset>
  );
}

export function Ask({ lecture, answer }: AskProps) {
  const { page, guess } = lecture;
  const shown = guess.isRevealed ? answer : null;
  return (
    <div className="lecture-ask" aria-live="polite">
      <h1>{shown ? page.findings[shown.option] : page.question}</h1>
      {shown ? (
        <p className="lecture-number">
          <strong>{shown.number}</strong>
          <span>{shown.words}</span>
        </p>
      ) : (
        <p className="lecture-lead">{page.lead}</p>
      )}
      <Options lecture={lecture} right={shown?.option ?? null} />
    </div>
  );
}
