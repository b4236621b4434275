/** `npm run results` writes docs/results.md from the records in public/runs. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from './record/record.ts';
import { resultsPage } from './results/page.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
writeWhole(join(ROOT, 'docs', 'results.md'), resultsPage(join(ROOT, 'public', 'runs')));
console.log('docs/results.md');
