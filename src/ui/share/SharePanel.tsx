/** The links to what is on the page: its set-up, with a code to point a phone at, and its curves as well. */
import { QRCodeSVG } from 'qrcode.react';
import { useEffect, useState } from 'react';
import { MOST_CHARACTERS_OF_A_LINK } from '../../experiment/permalink.ts';
import { recordToCsv } from '../../record/csv.ts';
import { recordToJson } from '../../record/json.ts';
import { type CurvesLink, linkWithCurves } from '../../store/curvesLink.ts';
import { addressOf } from '../../store/link.ts';
import { exportPytorch } from '../../store/pytorchExport.ts';
import { shownRecord } from '../../store/recordedRuns.ts';
import { fileName, saveFile } from '../../store/runFiles.ts';
import { saveReport } from '../export/saveReport.ts';
import { formatCount, joinWords } from '../format.ts';
import { unheard } from '../unheard.ts';
import { useStore } from '../useStore.ts';
import { CopyField } from './CopyField.tsx';

function SetUpLink() {
  const experiment = useStore((state) => state.experiment);
  const view = useStore((state) => state.view);
  const address = addressOf(experiment, location, view);
  return (
    <section>
      <h3>The set-up</h3>
      <CopyField label="Link to the set-up" text={address} />
      <QRCodeSVG
        className="code"
        value={address}
        size={148}
        marginSize={2}
        title="Code of the link to the set-up"
      />
      {address.length > MOST_CHARACTERS_OF_A_LINK && (
        <p className="sub">
          Together with the page’s own address this link has {formatCount(address.length)} characters. A
          program that cuts links may lose its end; a file carries the set-up whole.
        </p>
      )}
    </section>
  );
}

/** “Up to 60 points a curve, the first seed only.” */
function carriedWords({ carried: { points, seeds, icsLayers } }: CurvesLink): string {
  const asked = shownRecord()?.experiment;
  const lost = [
    asked && seeds < asked.seeds ? 'the first seed only' : '',
    asked && icsLayers.length < asked.icsLayers.length
      ? `covariate shift of ${icsLayers.length} of ${asked.icsLayers.length} layers`
      : '',
  ].filter(Boolean);
  return `Up to ${formatCount(points)} points a curve, each within half a percent of its range${lost.length > 0 ? `; ${joinWords(lost)}` : ''}. It shows them as recorded and starts nothing.`;
}

function CurvesPart() {
  const version = useStore(({ recordVersion }) => recordVersion);
  const isRunning = useStore(({ labState }) => labState === 'running');
  const [link, setLink] = useState<CurvesLink | string | null>(null);
  useEffect(() => {
    if (isRunning) return;
    let isCurrent = version >= 0;
    linkWithCurves().then(
      (made) => isCurrent && setLink(made),
      (error: Error) => isCurrent && setLink(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [version, isRunning]);
  if (isRunning) return <p>Pause or let the run end; then a link can carry its curves.</p>;
  if (link === null) return <p aria-busy="true">Packing the curves.</p>;
  if (typeof link === 'string') return <p>{link}</p>;
  return (
    <>
      <CopyField label="Link with the curves" text={link.address} />
      <p className="sub">{carriedWords(link)}</p>
    </>
  );
}

function TakeAway() {
  useStore(({ recordVersion }) => recordVersion);
  const isLab = useStore(({ view }) => view.page === 'lab');
  const record = shownRecord();
  if (!record) return null;
  return (
    <section>
      <h3>As a file</h3>
      <p className="share-files">
        <button
          type="button"
          className="button quiet"
          onClick={() => saveFile(fileName(record, 'run.json'), 'application/json', recordToJson(record))}
        >
          JSON
        </button>
        <button
          type="button"
          className="button quiet"
          onClick={() => saveFile(fileName(record, 'run.csv'), 'text/csv', recordToCsv(record))}
        >
          CSV
        </button>
        {isLab && (
          <button type="button" className="button quiet" onClick={saveReport}>
            Report with all figures
          </button>
        )}
      </p>
      <p className="sub">Drop a run or a report on the lab to open it again.</p>
    </section>
  );
}

export default function SharePanel() {
  return (
    <div className="share">
      <SetUpLink />
      <section>
        <h3>With the curves</h3>
        <CurvesPart />
      </section>
      <TakeAway />
      <section>
        <h3>For a cluster</h3>
        <p className="share-files">
          <button type="button" className="button quiet" onClick={() => unheard(exportPytorch())}>
            Export as PyTorch
          </button>
        </p>
        <p className="sub">
          One Python file that repeats the set-up on CUDA or the CPU and writes a record this page opens.
        </p>
      </section>
    </div>
  );
}
