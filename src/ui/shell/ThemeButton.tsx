/** Light or dark. Choosing what the system has already gives the choice back to the system. */
import { setTheme } from '../../store/theme.ts';
import { useMediaQuery } from '../useMediaQuery.ts';
import { useStore } from '../useStore.ts';
import { Icon } from './icons.tsx';

export function ThemeButton() {
  const system = useMediaQuery('(prefers-color-scheme: dark)') ? 'dark' : 'light';
  const chosen = useStore(({ view }) => view.theme);
  const next = (chosen ?? system) === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="button quiet icon-only"
      aria-label={next === 'dark' ? 'Dark theme' : 'Light theme'}
      onClick={() => setTheme(next === system ? null : next)}
    >
      <Icon name={next === 'dark' ? 'moon' : 'sun'} />
    </button>
  );
}
