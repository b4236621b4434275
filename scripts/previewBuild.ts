/** Serves the built page to a script. */
import { existsSync } from 'node:fs';
import { type InlineConfig, type PreviewServer, preview } from 'vite';

/** Ends the process where nothing is built. */
export async function previewBuild(config: InlineConfig = {}): Promise<PreviewServer> {
  if (!existsSync('dist/index.html')) {
    console.error('There is no built page in dist. Run `npm run build` first.');
    process.exit(1);
  }
  return preview({ ...config, preview: { port: 0 } });
}
