import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import packageJson from './package.json' with { type: 'json' };
import { offlinePlugin } from './scripts/offline.ts';
import { picturePlugin } from './scripts/picture.ts';
import { preloadPlugin } from './scripts/preload.ts';
import { SECURITY_HEADERS, securityPlugin } from './scripts/security.ts';

export default defineConfig({
  base: './',
  plugins: [react(), picturePlugin(), preloadPlugin(), securityPlugin(), offlinePlugin()],
  worker: { format: 'es' },
  define: { __APP_VERSION__: JSON.stringify(`${packageJson.name} ${packageJson.version}`) },
  build: { target: 'es2023', chunkSizeWarningLimit: 2000 },
  server: { port: 5180 },
  preview: { port: 4180, headers: SECURITY_HEADERS },
});
