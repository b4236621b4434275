/** The lecture: one idea a page, over the whole screen, driven by the keyboard. */
import { useEffect, useRef, useState } from 'react';
import { shownRecord } from '../../store/recordedRuns.ts';
import { Notices } from '../shell/Notices.tsx';
import { useStore } from '../useStore.ts';
import { Ask } from './Ask.tsx';
import { LectureKeys } from './LectureKeys.tsx';
import { BottomLine, TopLine } from './Lines.tsx';
import { Stage } from './Stage.tsx';
import { showRecordedFor, trainHere, useLecture, useLectureKeys } from './useLecture.ts';
import './lecture.css';

/** The screen that the sizes are meant for. */
const WIDTH = 1920;
const HEIGHT = 1080;
/** Narrower windows get one column of ordinary text. */
const NARROWEST_PX = 900;
const ANSWERS_INTERVAL = 25;

/** How many times as large as on that screen everything is; null where the window is too narrow for its layout. */
function useScale(): number | null {
  const measure = (): number | null =>
    innerWidth < NARROWEST_PX ? null : Math.min(innerWidth / WIDTH, innerHeight / HEIGHT);
  const [scale, setScale] = useState(measure);
  useEffect(() => {
    const onResize = (): void => setScale(measure());
    addEventListener('resize', onResize);
    return () => removeEventListener('resize', onResize);
  });
  return scale;
}

export default function LecturePage() {
  const lecture = useLecture();
  const scale = useScale();
  const keys = useRef<HTMLDialogElement>(null);
  // The record grows at every step; answers follow now and then, and at once when another run is shown.
  useStore(({ recordVersion, labState }) =>
    [Math.floor(recordVersion / ANSWERS_INTERVAL), labState, shownRecord()?.environment.startedAt].join(),
  );
  const record = shownRecord();
  const answer = lecture.page.answer(record);
  const train = (): void => trainHere(lecture.page);
  const { page } = lecture;
  useEffect(() => showRecordedFor(page), [page]);
  useLectureKeys({ lecture, train, help: () => keys.current?.showModal() });
  return (
    <main
      className={scale === null ? 'lecture narrow' : 'lecture'}
      style={scale === null ? undefined : { zoom: scale, width: WIDTH, height: HEIGHT }}
    >
      <TopLine lecture={lecture} />
      <div className="lecture-stage">
        <Ask lecture={lecture} answer={answer} />
        <Stage key={lecture.index} lecture={lecture} answer={answer} record={record} onTrain={train} />
      </div>
      <Notices about="run" />
      <BottomLine lecture={lecture} onHelp={() => keys.current?.showModal()} />
      <LectureKeys dialog={keys} />
    </main>
  );
}
