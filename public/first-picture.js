/**
 * Before anything is painted: the saved picture of the lab is shown only where the lab is asked for as it is by default, in
 * the theme and with the offer that the lab itself will have. The program begins once the picture is painted.
 * A file of its own, because no inline script may run.
 */
(() => {
  /** Where nothing is painted, as in a tab in the background. */
  const LONGEST_WAIT_MS = 500;
  const { program } = document.currentScript.dataset;
  const page = document.documentElement;

  const isPlain = location.hash.length < 2;
  const hidePicture = () => {
    page.dataset.picture = 'hidden';
  };
  if (!isPlain) hidePicture();
  addEventListener('hashchange', hidePicture);
  try {
    const theme = localStorage.getItem('normscape-theme');
    if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
    if (localStorage.getItem('normscape-tour') !== null) page.dataset.tour = 'known';
  } catch {
    // Storage may be forbidden.
  }

  let isBegun = false;
  const begin = () => {
    if (isBegun) return;
    isBegun = true;
    document.head.append(Object.assign(document.createElement('script'), { type: 'module', src: program }));
  };
  addEventListener('DOMContentLoaded', () => {
    if (!isPlain) begin();
    requestAnimationFrame(() => setTimeout(begin));
    setTimeout(begin, LONGEST_WAIT_MS);
  });
})();
