/** The pages for which the bar of a narrow window has no room. */
import type { MouseEvent } from 'react';
import type { PageId } from '../../store/state.ts';
import { PHONE, useMediaQuery } from '../useMediaQuery.ts';
import { useStore } from '../useStore.ts';
import { Icon } from './icons.tsx';
import { PageLink } from './PageLink.tsx';
import { Popover } from './Popover.tsx';

const WORDS = { bench: 'Bench', lecture: 'Lecture', glossary: 'Glossary' } satisfies Partial<
  Record<PageId, string>
>;
type OtherPage = keyof typeof WORDS;

/** From here on the bar holds all pages. */
const ROOMY = '(min-width: 1000px)';

function close({ currentTarget }: MouseEvent): void {
  currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
}

export function MorePages() {
  const isPhone = useMediaQuery(PHONE);
  const isRoomy = useMediaQuery(ROOMY);
  const current = useStore(({ view }) => view.page);
  if (isRoomy) return null;
  const pages: OtherPage[] = isPhone ? ['bench', 'lecture', 'glossary'] : ['glossary'];
  const isHere = pages.some((page) => page === current);
  return (
    <Popover
      label="More pages"
      triggerLabel="More pages"
      triggerClass={isHere ? 'more-pages chosen' : 'more-pages'}
      trigger={
        <>
          More
          <Icon name="down" />
        </>
      }
    >
      <div className="more-pages-list">
        {pages.map((page) => (
          <PageLink key={page} page={page} className="more-page" onOpen={close}>
            {WORDS[page]}
          </PageLink>
        ))}
      </div>
    </Popover>
  );
}
