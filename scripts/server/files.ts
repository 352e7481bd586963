/** Which file answers which URL path: the one place that knows the layout of the served origin. */
import { existsSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { root, weightsFolder } from '../paths.ts';

/** Folders searched for `/models/<name>/…`, first match wins. */
export function modelFolders(): string[] {
  const weights = weightsFolder();
  return [join(root, 'public/models'), join(root, 'e2e/fixtures/models'), ...(weights ? [weights] : [])];
}

const HUB = /^\/hub\/[^/]+\/([^/]+)\/resolve\/[^/]+\/(.+)$/;

/**
 * `/models/<name>/…` and `/hub/<owner>/<name>/resolve/<revision>/…`: model folders; `/dist/…`: the built package;
 * `/e2e/…` and `/bench/…`: built test and benchmark pages; `/fixtures/…`: pictures for tests; anything else, also below
 * `/nested/path/`: the built demo.
 * @returns an existing file's path, or null
 */
export function fileOf(urlPath: string): string | null {
  const path = normalize(decodeURIComponent(urlPath)).replaceAll('\\', '/');
  if (!path.startsWith('/')) return null;
  const hub = HUB.exec(path);
  const model = hub ? `${hub[1]}/${hub[2]}` : path.startsWith('/models/') ? path.slice(8) : null;
  const candidates = model ? modelFolders().map((folder) => join(folder, model)) : [siteFile(path)];
  return candidates.find((file) => existsSync(file) && statSync(file).isFile()) ?? null;
}

function siteFile(path: string): string {
  if (path.startsWith('/dist/')) return join(root, path);
  if (path.startsWith('/e2e/') || path.startsWith('/bench/')) return join(root, 'build', path);
  if (path.startsWith('/fixtures/')) return join(root, 'e2e', path);
  const page = path.replace(/^\/nested\/path\//, '/');
  return join(root, 'build/demo', page.endsWith('/') ? `${page}index.html` : page);
}
