/** What a visitor is told about data sets that are not served with the page, before anything is requested. */
import { bringDataset } from '../../store/importActions.ts';
import { unheard } from '../unheard.ts';

export function IdxFilesHelp() {
  return (
    <>
      train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, all
      together. They stay on this device.
    </>
  );
}

/** Its publishers state no size: 60,000 images are 184 MB before a PNG packs them, and the import reads no more than 185 MB. */
export function SpriteButton() {
  return (
    <>
      <button type="button" className="button" onClick={() => unheard(bringDataset('cifar-10', 'sprite'))}>
        Fetch it from storage.googleapis.com
      </button>
      <p className="field-help">
        The public copy that TensorFlow.js’s demos use, on Google’s servers. Its size is not published: at
        most 185 MB are read, and the exact size is shown as soon as they answer. Nothing is requested before
        you press.
      </p>
    </>
  );
}
