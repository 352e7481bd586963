import { cpSync } from 'node:fs';
import type { Plugin } from 'vite';

/** The package carries the built-in models; the rest of public/ is the demo's. */
export function builtInModels(): Plugin {
  return {
    name: 'built-in-models',
    writeBundle: () => cpSync('public/models', 'dist/models', { recursive: true }),
  };
}
