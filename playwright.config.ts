/** End-to-end tests: the built page, served as users serve it, in a real Chromium with real WebGPU. */
import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, chromiumPath } from './scripts/chromium.ts';
import { freePort } from './scripts/port.ts';

// Workers read this file again and must find the port that the server was given.
process.env.E2E_PORT ??= String(await freePort());
const address = `http://localhost:${process.env.E2E_PORT}/`;
const executablePath = chromiumPath();

export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  timeout: 480_000,
  expect: { timeout: 90_000 },
  reporter: 'list',
  use: {
    baseURL: address,
    trace: 'off',
    actionTimeout: 90_000,
    // What a test sees comes from the server; offline.spec.ts alone lets the service worker in.
    serviceWorkers: 'block',
    launchOptions: { args: CHROMIUM_FLAGS, ...(executablePath ? { executablePath } : {}) },
  },
  webServer: {
    command: `npx vite preview --port ${process.env.E2E_PORT} --strictPort`,
    url: address,
    reuseExistingServer: false,
  },
});
