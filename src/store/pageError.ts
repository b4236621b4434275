/** An error that a caller of the page's actions can tell apart by its kind. */
import { LabError, type LabProblemKind } from './lab.ts';

export class PageError extends Error {
  readonly kind: LabProblemKind;
  readonly hint: string;
  constructor(kind: LabProblemKind, message: string, hint = '') {
    super(message);
    this.name = 'PageError';
    this.kind = kind;
    this.hint = hint;
  }
}

/** The same error with its kind; what has none is `internal`. */
export function toPageError(error: unknown): PageError {
  if (error instanceof PageError) return error;
  if (error instanceof LabError) {
    const { kind, message, hint } = error.problem;
    return new PageError(kind, message, hint);
  }
  return new PageError('internal', error instanceof Error ? error.message : String(error));
}
