/** A word that opens a small panel under it. Built on the browser's own popover: Escape and a press outside close it. */
import { type ReactNode, type ToggleEvent, useEffect, useId, useRef, useState } from 'react';

const MARGIN = 8;

/** Puts the panel under its trigger, inside the window's width, above it where there is more room. */
function place(panel: HTMLElement, trigger: HTMLElement): void {
  const word = trigger.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = panel;
  const width = document.documentElement.clientWidth;
  const left = Math.max(MARGIN, Math.min(word.left, width - offsetWidth - MARGIN));
  const below = innerHeight - word.bottom;
  const above = below < offsetHeight + MARGIN && word.top > below;
  const top = above ? Math.max(MARGIN, word.top - offsetHeight - MARGIN) : word.bottom + MARGIN;
  panel.style.left = `${left + scrollX}px`;
  panel.style.top = `${top + scrollY}px`;
}

interface PopoverProps {
  /** Names the panel for screen readers. */
  label: string;
  trigger: ReactNode;
  triggerClass?: string;
  triggerLabel?: string;
  invalid?: boolean;
  children: ReactNode;
}

export function Popover({ label, trigger, triggerClass, triggerLabel, invalid, children }: PopoverProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    if (!isOpen || !panel.current || !button.current) return;
    const [word, box] = [button.current, panel.current];
    place(box, word);
    box.querySelector<HTMLElement>('input:checked, input, button')?.focus({ preventScroll: true });
    const follow = (): void => place(box, word);
    addEventListener('resize', follow);
    return () => removeEventListener('resize', follow);
  }, [isOpen]);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={triggerClass}
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={triggerLabel}
        data-invalid={invalid || undefined}
      >
        {trigger}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className="popover"
        onToggle={(event: ToggleEvent<HTMLDivElement>) => setIsOpen(event.newState === 'open')}
      >
        {isOpen && children}
      </div>
    </>
  );
}
