/** Saves the run on the page as a report, with the figures as they are drawn now. */
import { originLines } from '../../record/csv.ts';
import { shownRecord } from '../../store/recordedRuns.ts';
import { fileName, saveFile } from '../../store/runFiles.ts';
import { store } from '../../store/store.ts';
import { viewParts } from '../../store/viewLink.ts';
import { redraws } from '../figures/useFigure.ts';
import { figureSvg } from './figureSvg.ts';
import { type ReportFigure, reportHtml } from './report.ts';

/** Without what only the page can do. */
function captionText(figure: HTMLElement): string {
  const caption = figure.querySelector('figcaption')?.cloneNode(true) as HTMLElement | undefined;
  caption?.querySelector('details')?.remove();
  return caption?.textContent?.trim() ?? '';
}

export function saveReport(): void {
  const record = shownRecord();
  if (!record) return;
  redraws.drawAll();
  const about = originLines(record).join('\n');
  const figures = [...document.querySelectorAll<HTMLElement>('.figure')].flatMap((figure): ReportFigure[] => {
    const drawn = figureSvg(figure, about);
    const text = (selector: string): string => figure.querySelector(selector)?.textContent ?? '';
    return drawn
      ? [{ title: text('h3'), reading: text('.reading'), drawing: drawn.text, caption: captionText(figure) }]
      : [];
  });
  const fragment = `#${['v=1', ...viewParts({ ...store.getState().view, page: 'lab' })].join('&')}`;
  saveFile(fileName(record, 'report.html'), 'text/html', reportHtml(record, figures, fragment));
}
