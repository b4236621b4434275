/** The saved picture that the built page shows before its program has drawn the lab. */

/** The picture goes after so long, whatever has been drawn. */
const LONGEST_MS = 10_000;

/**
 * Keeps the page that is drawn into `root` out of sight, with room as if it were seen, until the figures are drawn; then it
 * takes the place of the picture, in one step. Without a picture, as in a page opened by a link, nothing is kept.
 */
export function takeOverFromPicture(root: HTMLElement, drawn: Promise<void>): void {
  const picture = document.getElementById('first-picture');
  if (!picture) return;
  if (document.documentElement.dataset.picture === 'hidden') {
    picture.remove();
    return;
  }
  root.classList.add('behind');
  const show = (): void => {
    root.classList.remove('behind');
    picture.remove();
  };
  // A link opened meanwhile asks for something else than what the picture shows.
  addEventListener('hashchange', show, { once: true });
  const limit = new Promise((resolve) => setTimeout(resolve, LONGEST_MS));
  void Promise.race([drawn, limit]).then(show);
}
