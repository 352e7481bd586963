import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The repository's root, in which npm starts every script. */
export const root = process.cwd();

/** Folder of the real weights for tests and benchmarks: TTE_MODELS or `../shared/models`; null if it does not exist. */
export function weightsFolder(): string | null {
  const folder = resolve(root, process.env.TTE_MODELS ?? '../shared/models');
  return existsSync(folder) ? folder : null;
}
