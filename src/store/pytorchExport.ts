/** “Export as PyTorch”: the experiment asked for, as a file for a cluster. Its text is loaded when it is wanted. */
import { pytorchFile } from '../record/pytorch/pytorchFile.ts';
import { saveFile } from './runFiles.ts';
import { store } from './store.ts';

export async function exportPytorch(): Promise<void> {
  const { default: template } = await import('../record/pytorch/experiment.py?raw');
  saveFile('experiment.py', 'text/x-python', pytorchFile(template, store.getState().experiment));
}
