/** The right side: what is known is drawn; what is to be predicted is a dashed frame, until it is shown in its place. */
import { type ReactNode, useMemo } from 'react';
import type { RunRecord } from '../../record/record.ts';
import { FigureScope } from '../figures/useFigure.ts';
import { useStore } from '../useStore.ts';
import type { Answer, LecturePage } from './page.ts';
import type { Lecture } from './useLecture.ts';

/** Pixels of the lab; as high as bands side by side with their heads, and as the frame beside them. */
const LINE_HEIGHT = 280;

interface StageProps {
  lecture: Lecture;
  answer: Answer | null;
  record: RunRecord | null;
  onTrain: () => void;
}

/** Ids of the networks that are not to be seen now. */
function hiddenIds(record: RunRecord | null, page: LecturePage, isRevealed: boolean): string[] {
  const kinds = isRevealed ? [...page.known, ...page.predicted] : page.known;
  const ids = record?.variants.map(({ id }) => id) ?? [];
  // Only networks at the experiment's own learning rate: their ids are those of the normalisations.
  return [...new Set(ids)].filter((id) => !kinds.some((kind) => kind === id));
}

function Veil() {
  return (
    <div className="lecture-veil">
      <b aria-hidden="true">?</b>
      <span>Predict, then press R</span>
    </div>
  );
}

/** Where the run shown does not have what the page is about. */
function Missing({ onTrain }: Pick<StageProps, 'onTrain'>) {
  const isTraining = useStore(
    ({ labState, starting }) => starting || labState === 'running' || labState === 'preparing',
  );
  return (
    <div className="lecture-missing">
      <p>
        {isTraining
          ? 'The networks train; the answer comes with the first values.'
          : 'The run on the page does not show this yet.'}
      </p>
      {!isTraining && (
        <button type="button" className="button primary" onClick={onTrain}>
          <kbd>L</kbd> Train it here
        </button>
      )}
    </div>
  );
}

export function Stage({ lecture, answer, record, onTrain }: StageProps) {
  const { page, guess } = lecture;
  const { isRevealed } = guess;
  const hidden = hiddenIds(record, page, isRevealed).join();
  const scope = useMemo(
    () => ({
      bands: 'columns' as const,
      hidden: hidden === '' ? [] : hidden.split(','),
      lineHeight: LINE_HEIGHT,
    }),
    [hidden],
  );
  const figure: ReactNode = answer && page.figure({ record, isRevealed });
  return (
    <FigureScope value={scope}>
      <div className={isRevealed ? 'lecture-figure revealed' : 'lecture-figure'}>
        {!answer && <Missing onTrain={onTrain} />}
        {figure && (
          <section className="lecture-drawing">
            <h2 className="unseen">What was measured</h2>
            {figure}
          </section>
        )}
        {answer && !isRevealed && <Veil />}
      </div>
    </FigureScope>
  );
}
