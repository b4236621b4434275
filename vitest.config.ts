/** Two suites: `unit` in Node, `gpu` in a real Chromium on WebGPU. */
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, chromiumPath } from './scripts/chromium.ts';

const executablePath = chromiumPath();
const GPU_TIMEOUT_MS = 600_000;

const BUNDLED_BEFORE_TESTS = [
  'fast-check',
  'idb-keyval',
  'valibot',
  '@noble/hashes/sha2.js',
  '@noble/hashes/utils.js',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-backend-webgpu',
];

export default defineConfig({
  test: {
    projects: [
      {
        extends: './vite.config.ts',
        resolve: { mainFields: ['module', 'main'] },
        ssr: { resolve: { mainFields: ['module', 'main'] } },
        test: {
          name: 'unit',
          environment: 'node',
          // tfjs's CommonJS builds leave out the gradients; its modules, as the bundle uses them, have them.
          server: { deps: { inline: [/@tensorflow\//] } },
          include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: ['src/**/*.gpu.test.ts'],
          testTimeout: 240_000,
        },
      },
      {
        extends: './vite.config.ts',
        // Found late, they would make Vite reload a page whose tests already run.
        optimizeDeps: { include: BUNDLED_BEFORE_TESTS },
        test: {
          name: 'gpu',
          include: ['src/**/*.gpu.test.ts'],
          testTimeout: GPU_TIMEOUT_MS,
          hookTimeout: GPU_TIMEOUT_MS,
          // One page at a time: they would share the one software adapter.
          fileParallelism: false,
          isolate: true,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({
              // Only a browser that keeps what its pages store takes as long for it as one that people use.
              persistentContext: Boolean(process.env.VITE_CHECKPOINT_ROUNDS),
              launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) },
            }),
          },
        },
      },
    ],
  },
});
