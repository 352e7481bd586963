import { defineConfig } from '@playwright/test';
import { chromiumArgs, needChromium, webgpuArgs } from './scripts/browsers/chromium.ts';

const executablePath = needChromium();

// Tests run on WASM unless they are tagged: `@webgpu` runs on both backends, `@webgpu-only` on WebGPU alone.
export default defineConfig<{ backend: 'wasm' | 'webgpu' }>({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts', // not the tests of the projects in e2e/consumers
  outputDir: 'build/test-results',
  forbidOnly: Boolean(process.env.CI),
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'build/reports/playwright.json' }]],
  projects: [
    {
      name: 'wasm',
      grepInvert: /@webgpu-only/,
      use: { backend: 'wasm', launchOptions: { executablePath, args: [...chromiumArgs] } },
    },
    {
      name: 'webgpu',
      grep: /@webgpu/,
      timeout: 300_000,
      use: { backend: 'webgpu', launchOptions: { executablePath, args: [...chromiumArgs, ...webgpuArgs] } },
    },
  ],
});
