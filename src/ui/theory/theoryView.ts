/** What a link says about this page: the statement, then what of the set-up is not the default: `4.2,m:64`. */
import { readTheorySetup, type TheorySetup, writeTheorySetup } from '../../paper/theory/setup.ts';
import { STATEMENT_IDS, type StatementId } from '../../paper/theory/statements.ts';

export interface TheoryView {
  statement: StatementId;
  setup: TheorySetup;
}

export function writeTheoryView({ statement, setup }: TheoryView): string {
  const shown = statement === STATEMENT_IDS[0] ? '' : statement;
  return [shown, writeTheorySetup(setup)].filter((part) => part !== '').join(',');
}

/** Reads any text. What cannot be used is replaced and listed. Never throws. */
export function readTheoryView(text: string): TheoryView & { problems: string[] } {
  const parts = text.split(',').filter((part) => part !== '');
  const statement = STATEMENT_IDS.find((id) => id === parts[0]);
  const { setup, problems } = readTheorySetup(statement ? parts.slice(1) : parts);
  return { statement: statement ?? STATEMENT_IDS[0], setup, problems };
}
