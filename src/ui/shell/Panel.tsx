/**
 * A small panel that opens under the word that was pressed; several words may open the same one. Built on the browser's
 * own popover: Escape and a press outside close it.
 */
import { type ReactNode, type ToggleEvent, useEffect, useId, useRef, useState } from 'react';

const MARGIN = 8;

/** Puts the panel under a word, inside the window's width, above it where there is more room. */
function place(panel: HTMLElement, opener: HTMLElement): void {
  const word = opener.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = panel;
  const width = document.documentElement.clientWidth;
  const left = Math.max(MARGIN, Math.min(word.left, width - offsetWidth - MARGIN));
  const below = innerHeight - word.bottom;
  const above = below < offsetHeight + MARGIN && word.top > below;
  const top = above ? Math.max(MARGIN, word.top - offsetHeight - MARGIN) : word.bottom + MARGIN;
  panel.style.left = `${left + scrollX}px`;
  panel.style.top = `${top + scrollY}px`;
}

/** What a panel and the words that open it share. */
export interface PanelState {
  id: string;
  isOpen: boolean;
  setIsOpen: (isOpen: boolean) => void;
  /** The word that was pressed last. */
  opener: HTMLElement | null;
  setOpener: (word: HTMLElement) => void;
}

export function usePanel(): PanelState {
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [opener, setOpener] = useState<HTMLElement | null>(null);
  return { id, isOpen, setIsOpen, opener, setOpener };
}

interface PanelButtonProps {
  panel: PanelState;
  className?: string | undefined;
  label?: string | undefined;
  invalid?: boolean | undefined;
  children: ReactNode;
}

export function PanelButton({ panel, className, label, invalid, children }: PanelButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <button
      ref={button}
      type="button"
      className={className}
      popoverTarget={panel.id}
      aria-haspopup="dialog"
      aria-expanded={panel.isOpen && panel.opener === button.current}
      aria-label={label}
      data-invalid={invalid || undefined}
      onClick={(event) => panel.setOpener(event.currentTarget)}
    >
      {children}
    </button>
  );
}

/** Where its word has gone meanwhile, a closing panel gives the focus to another word that opens it. */
function returnFocus(box: HTMLElement, opener: HTMLElement | null): void {
  const active = document.activeElement;
  if (opener?.isConnected || (active !== document.body && !box.contains(active))) return;
  document.querySelector<HTMLElement>(`[popovertarget="${CSS.escape(box.id)}"]`)?.focus();
}

interface PanelProps {
  panel: PanelState;
  /** Names the panel for screen readers. */
  label: string;
  children: ReactNode;
}

export function Panel({ panel, label, children }: PanelProps) {
  const box = useRef<HTMLDivElement>(null);
  const { id, isOpen, opener } = panel;
  useEffect(() => {
    const element = box.current;
    if (!isOpen || !element || !opener) return;
    const follow = (): void => {
      if (opener.isConnected) place(element, opener);
    };
    follow();
    element.querySelector<HTMLElement>('input:checked, input, button')?.focus({ preventScroll: true });
    addEventListener('resize', follow);
    // What is in it may load, or change, after it has opened.
    const size = new ResizeObserver(follow);
    size.observe(element);
    return () => {
      removeEventListener('resize', follow);
      size.disconnect();
    };
  }, [isOpen, opener]);
  return (
    <div
      ref={box}
      id={id}
      popover="auto"
      role="dialog"
      aria-label={label}
      className="popover"
      onToggle={(event: ToggleEvent<HTMLDivElement>) => {
        const opens = event.newState === 'open';
        panel.setIsOpen(opens);
        if (!opens) returnFocus(event.currentTarget, opener);
      }}
    >
      {isOpen && children}
    </div>
  );
}
