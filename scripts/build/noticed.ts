import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const PACKAGE = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Fails the build when code of a package goes into ours that NOTICE does not name. */
export function noticed(): Plugin {
  return {
    name: 'noticed',
    generateBundle(_options, bundle) {
      const notice = readFileSync('NOTICE', 'utf8');
      for (const chunk of Object.values(bundle)) {
        const modules = chunk.type === 'chunk' ? chunk.moduleIds : chunk.originalFileNames;
        const packages = modules
          .map((id) => PACKAGE.exec(`/${id}`)?.[1])
          .filter((name) => name !== undefined);
        const missing = packages.filter((name) => !notice.includes(`${name} `));
        if (missing.length > 0) this.error(`NOTICE does not name ${[...new Set(missing)].join(', ')}`);
      }
    },
  };
}
