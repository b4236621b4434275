/**
 * Before anything is painted: the saved picture of the lab is shown only where the lab is asked for as it is by default, in
 * the theme and with the offer that the lab itself will have. A file of its own, because no inline script may run.
 */
(() => {
  const page = document.documentElement;
  const hidePicture = () => {
    page.dataset.picture = 'hidden';
  };
  if (location.hash.length > 1) hidePicture();
  addEventListener('hashchange', hidePicture);
  try {
    const theme = localStorage.getItem('normscape-theme');
    if (theme === 'light' || theme === 'dark') page.dataset.theme = theme;
    if (localStorage.getItem('normscape-tour') !== null) page.dataset.tour = 'known';
  } catch {
    // Storage may be forbidden.
  }
})();
