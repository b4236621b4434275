/** The statements as tabs; arrow keys move along them. */
import { type KeyboardEvent, useRef } from 'react';
import { STATEMENT_IDS, STATEMENTS, type StatementId } from '../../paper/theory/statements.ts';

const MOVES: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  ArrowLeft: (at, last) => (at === 0 ? last : at - 1),
  Home: () => 0,
  End: (_, last) => last,
};

export const PANEL_ID = 'statement';
export const tabId = (statement: StatementId): string => `tab-${statement}`;

interface TabsProps {
  shown: StatementId;
  onShow: (statement: StatementId) => void;
}

export function Tabs({ shown, onShow }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const next = move(STATEMENT_IDS.indexOf(shown), STATEMENT_IDS.length - 1);
    onShow(STATEMENT_IDS[next]!);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div ref={list} className="theory-tabs" role="tablist" aria-label="Statements" onKeyDown={onKeyDown}>
      {STATEMENT_IDS.map((id) => (
        <button
          key={id}
          id={tabId(id)}
          type="button"
          role="tab"
          aria-selected={id === shown}
          aria-controls={PANEL_ID}
          tabIndex={id === shown ? 0 : -1}
          onClick={() => onShow(id)}
        >
          {id} {STATEMENTS[id].tab}
        </button>
      ))}
    </div>
  );
}
