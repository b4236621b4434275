/** The data set, and how much of it is used. */
import { DATASETS } from '../../experiment/datasets.ts';
import { DATASET_IDS } from '../../experiment/experiment.ts';
import { changeSettings } from '../../store/experimentActions.ts';
import { isBrought } from '../../store/importActions.ts';
import { isBusy } from '../../store/store.ts';
import { useStore } from '../useStore.ts';
import { BusyNote } from './BusyNote.tsx';
import { DataImport } from './DataImport.tsx';
import { ExampleImages } from './ExampleImages.tsx';
import { SettingField } from './SettingField.tsx';

const shapeWords = ([height, width, channels]: readonly [number, number, number]): string =>
  height === 1 ? `${channels} numbers` : `${height}×${width}${channels === 3 ? ', colour' : ', grey'}`;

export function DatasetEditor() {
  const dataset = useStore(({ experiment }) => experiment.dataset);
  const busy = useStore(isBusy);
  return (
    <>
      <BusyNote />
      <fieldset className="choices">
        <legend>Data set</legend>
        {DATASET_IDS.map((id) => (
          <label key={id} className="choice">
            <input
              type="radio"
              name="dataset"
              checked={dataset === id}
              disabled={busy}
              onChange={() => changeSettings({ dataset: id })}
            />
            {DATASETS[id].label} <span className="sub choice-detail">{shapeWords(DATASETS[id].shape)}</span>
          </label>
        ))}
      </fieldset>
      {isBrought(dataset) && <DataImport dataset={dataset} />}
      <ExampleImages />
      <SettingField settingKey="trainExamples" />
      <SettingField settingKey="testExamples" />
    </>
  );
}
