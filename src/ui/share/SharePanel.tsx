/** The links to what is on the page: its set-up, with a code to point a phone at, and its curves as well. */
import { QRCodeSVG } from 'qrcode.react';
import { useEffect, useState } from 'react';
import { type CurvesLink, linkWithCurves } from '../../store/curvesLink.ts';
import { addressOf } from '../../store/link.ts';
import { shownRecord } from '../../store/recordedRuns.ts';
import { formatCount, joinWords } from '../format.ts';
import { useStore } from '../useStore.ts';
import { CopyField } from './CopyField.tsx';
import './share.css';

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

export default function SharePanel() {
  return (
    <div className="share">
      <SetUpLink />
      <section>
        <h3>With the curves</h3>
        <CurvesPart />
      </section>
    </div>
  );
}
