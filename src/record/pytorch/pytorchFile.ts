/** An experiment as one Python file that repeats it in PyTorch and writes the same record. */
import type { Experiment } from '../../experiment/experiment.ts';

const PLACE = 'json.loads(r"""\n{}\n""")';

/** The file for `experiment`, made of the text of experiment.py. Throws where that text has no place for it. */
export function pytorchFile(template: string, experiment: Experiment): string {
  if (!template.includes(PLACE)) throw new Error('experiment.py has no place for the experiment.');
  // JSON writes no """, since it escapes every quotation mark inside a text.
  return template.replace(PLACE, () => PLACE.replace('{}', () => JSON.stringify(experiment, null, 2)));
}
