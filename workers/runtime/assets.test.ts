import { afterEach, expect, test, vi } from 'vitest';
import { assetUrl } from './assets.ts';

afterEach(() => vi.unstubAllGlobals());

test('a file of the package has an absolute URL, whatever the bundler writes and wherever the worker runs', () => {
  const at = (href: string, bundled: string, assets: string | null = null) => {
    const { origin, protocol } = new URL(href);
    vi.stubGlobal('location', { href, origin, protocol });
    return assetUrl({ name: 'runtime/a.gz', bundled: () => bundled }, assets);
  };
  const script = 'https://page.test/_next/static/worker.js';
  const blob = 'blob:https://page.test/0f7a';
  expect(at(script, '/_next/a.gz')).toBe('https://page.test/_next/a.gz');
  expect(at(script, 'https://cdn.test/a.gz')).toBe('https://cdn.test/a.gz');
  expect(at(blob, '/_next/a.gz')).toBe('https://page.test/_next/a.gz');
  expect(at(blob, 'https://cdn.test/a.gz')).toBe('https://cdn.test/a.gz');
  expect(at(script, '/_next/a.gz', 'https://page.test/tte/')).toBe('https://page.test/tte/runtime/a.gz');
});
