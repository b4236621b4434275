/** What keeps data from being used: what was found, what was expected, what to do. */

export interface DataProblem {
  kind: 'data-missing' | 'data-corrupt' | 'data-network';
  message: string;
  hint: string;
}

/** Carries a problem out of nested calls; `loadDataset` turns it back into a value. */
export class DataError extends Error {
  readonly problem: DataProblem;
  constructor(kind: DataProblem['kind'], message: string, hint: string) {
    super(message);
    this.name = 'DataError';
    this.problem = { kind, message, hint };
  }
}
