/** Maps URL paths to files; the only module that knows the layout of the served origin. */
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
 * `/models/<name>/…` and `/hub/<owner>/<name>/resolve/<revision>/…`: model folders; `/bench/models/<name>/…`: the same,
 * with additional files from bench/models; `/dist/…`: the built package; `/e2e/…`, `/bench/…` and `/eval/…`: built test,
 * benchmark and evaluation pages; `/fixtures/…`: pictures for tests; anything else: the built demo. All of it is also served
 * below `/nested/path/`.
 * @param folders further folders by URL path; they take precedence
 * @returns the path of an existing file, or null
 */
export function fileOf(urlPath: string, folders: Readonly<Record<string, string>> = {}): string | null {
  const path = normalize(decodeURIComponent(urlPath)).replaceAll('\\', '/');
  if (!path.startsWith('/')) return null;
  const own = Object.entries(folders).flatMap(([prefix, folder]) =>
    path.startsWith(prefix) ? [join(folder, path.slice(prefix.length))] : [],
  );
  return (
    [...own, ...candidates(path.replace(/^\/nested\/path\//, '/'))].find(
      (file) => existsSync(file) && statSync(file).isFile(),
    ) ?? null
  );
}

function candidates(path: string): string[] {
  const inModels = (file: string) => modelFolders().map((folder) => join(folder, file));
  const [, name, file] = HUB.exec(path) ?? [];
  if (name && file) return inModels(join(name, file));
  if (path.startsWith('/models/')) return inModels(path.slice('/models/'.length));
  if (path.startsWith('/bench/models/')) {
    // The suffix after a ~ distinguishes folders that share the same weights.
    const weights = path.slice('/bench/models/'.length).replace(/~[^/]*/, '');
    return [join(root, path), ...inModels(weights)];
  }
  if (path.startsWith('/dist/')) return [join(root, path)];
  if (/^\/(e2e|bench|eval)\//.test(path)) return [join(root, 'build', path)];
  if (path.startsWith('/fixtures/')) return [join(root, 'e2e', path)];
  return [join(root, 'build/demo', path.endsWith('/') ? `${path}index.html` : path)];
}
