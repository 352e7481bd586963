import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The repository's root; every script is started there (npm does). */
export const root = process.cwd();

/** Where the open weights used by tests and benchmarks lie, or null: TTE_MODELS, else `../shared/models`. */
export function weightsFolder(): string | null {
  const folder = resolve(root, process.env.TTE_MODELS ?? '../shared/models');
  return existsSync(folder) ? folder : null;
}
