/** A link to a page of ours: opened in place, so that a run goes on; with a modifier key in a new tab, as any link. */
import type { MouseEvent, ReactNode } from 'react';
import { addressOf } from '../../store/link.ts';
import { showPage } from '../../store/pageActions.ts';
import type { PageId } from '../../store/state.ts';
import { useStore } from '../useStore.ts';

interface PageLinkProps {
  page: PageId;
  /** What to show there. */
  part?: string;
  className?: string;
  /** Whether the link says that its page is the one shown. */
  marksCurrent?: boolean;
  /** After it was pressed, before its page is shown. */
  onOpen?: (event: MouseEvent) => void;
  children: ReactNode;
}

export function PageLink({ page, part, className, marksCurrent = true, onOpen, children }: PageLinkProps) {
  const view = useStore((state) => state.view);
  const experiment = useStore((state) => state.experiment);
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen?.(event);
    showPage(page, part);
  };
  return (
    <a
      className={className}
      href={addressOf(
        experiment,
        location,
        part === undefined
          ? { ...view, page }
          : { ...view, page, pageViews: { ...view.pageViews, [page]: part } },
      )}
      aria-current={marksCurrent && page === view.page ? 'page' : undefined}
      onClick={open}
    >
      {children}
    </a>
  );
}
