/** The words of the paper, in the order of the alphabet; a link can name one of them. */
import { useEffect } from 'react';
import { PAPER } from '../../paper/definitions.ts';
import { GLOSSARY, type Place, type Term, type TermId } from '../../paper/glossary.ts';
import { addressOf } from '../../store/link.ts';
import { addLinkNotice } from '../../store/notices.ts';
import { revealInLab } from '../../store/reveal.ts';
import { FormulaView } from '../FormulaView.tsx';
import { Prose } from '../Prose.tsx';
import { Notices } from '../shell/Notices.tsx';
import { PageLink } from '../shell/PageLink.tsx';
import { useStore } from '../useStore.ts';
import './glossary.css';

const IDS = Object.keys(GLOSSARY) as TermId[];
const elementId = (id: TermId): string => `term-${id}`;

/** The term that the address names; the visitor is told where it is not one. */
function useNamedTerm(): TermId | null {
  const asked = useStore(({ view }) => view.pageViews.glossary ?? '');
  const named = IDS.find((id) => id === asked) ?? null;
  useEffect(() => {
    if (asked !== '' && !named) addLinkNotice(`The glossary has no term “${asked.slice(0, 60)}”.`);
    if (!named) return;
    const element = document.getElementById(elementId(named));
    element?.focus({ preventScroll: true });
    element?.scrollIntoView();
  }, [asked, named]);
  return named;
}

function PlaceLink({ place }: { place: Place }) {
  const experiment = useStore((state) => state.experiment);
  const view = useStore((state) => state.view);
  if (place.page === 'theory') return <PageLink page="theory">{place.name}</PageLink>;
  return (
    <a
      href={addressOf(experiment, location, { ...view, page: 'lab' })}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        void revealInLab(place.id);
      }}
    >
      {place.name}
    </a>
  );
}

function Entry({ id, isNamed }: { id: TermId; isNamed: boolean }) {
  const { name, also, words, formula, source, place }: Term = GLOSSARY[id];
  return (
    <article
      id={elementId(id)}
      className="term"
      tabIndex={-1}
      aria-labelledby={`${elementId(id)}-name`}
      data-named={isNamed || undefined}
    >
      <header>
        <h2 id={`${elementId(id)}-name`}>{name}</h2>
        {also !== '' && <span className="sub">{also}</span>}
      </header>
      <p>
        <Prose text={words} />
      </p>
      {formula && <FormulaView formula={formula} />}
      <p className="sub">
        In the paper: {source}. Here: <PlaceLink place={place} />.
      </p>
    </article>
  );
}

export default function GlossaryPage() {
  const named = useNamedTerm();
  return (
    <main className="page glossary">
      <div className="left">
        <header className="title">
          <h1>What the words mean</h1>
          <p className="deck">
            The terms of <a href={PAPER.url}>{PAPER.short}</a> and of this page, in our words.
          </p>
        </header>
        <Notices about="link" />
        {IDS.map((id) => (
          <Entry key={id} id={id} isNamed={id === named} />
        ))}
      </div>
      <nav className="terms" aria-label="Terms">
        <h2>Terms</h2>
        <ul>
          {IDS.map((id) => (
            <li key={id}>
              <PageLink page="glossary" part={id} marksCurrent={false}>
                {GLOSSARY[id].name}
              </PageLink>
            </li>
          ))}
        </ul>
      </nav>
    </main>
  );
}
