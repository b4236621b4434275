import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { DrawingBoundary } from './DrawingBoundary.tsx';

const around = new DrawingBoundary({ what: 'The page', advice: 'Reload.', children: 'all is well' });

it('shows what it surrounds', () => {
  expect(around.render()).toBe('all is well');
});

it('says what could not be drawn, why, and what to do, once it threw', () => {
  around.state = DrawingBoundary.getDerivedStateFromError(new TypeError('no such row'));
  const shown = renderToStaticMarkup(around.render());
  expect(shown).toContain('<b>The page could not be drawn.</b> Reload. The browser says: no such row');
  expect(shown).toContain('role="alert"');
  expect(shown).toContain('Try again');
  expect(shown).not.toContain('all is well');
});
