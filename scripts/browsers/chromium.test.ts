import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { findChromium } from './chromium.ts';

afterEach(() => vi.unstubAllEnvs());

function folderWith(name: string, mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, name), mode);
  return folder;
}

test('finds an executable on the PATH, Chrome before Chromium', () => {
  vi.stubEnv('CHROMIUM_PATH', '');
  const chromium = folderWith('chromium', 0o755);
  const chrome = folderWith('google-chrome', 0o755);
  vi.stubEnv('PATH', chromium);
  expect(findChromium()).toBe(join(chromium, 'chromium'));
  vi.stubEnv('PATH', `${chromium}:${chrome}`);
  expect(findChromium()).toBe(join(chrome, 'google-chrome'));
});

test('skips files that are not executable', () => {
  vi.stubEnv('CHROMIUM_PATH', '');
  const folder = folderWith('chromium', 0o644);
  vi.stubEnv('PATH', folder);
  expect(findChromium()).not.toBe(join(folder, 'chromium'));
});

test('a path given explicitly takes precedence', () => {
  vi.stubEnv('CHROMIUM_PATH', '/opt/some/chrome');
  expect(findChromium()).toBe('/opt/some/chrome');
});
