import { readFileSync } from 'node:fs';

/** Optional peers of the package: entry points for their users import them, nothing bundles them. */
const peers = Object.keys(
  (JSON.parse(readFileSync('package.json', 'utf8')) as { peerDependencies: Record<string, string> })
    .peerDependencies,
);

/** @param specifier as an import names it: `react`, `@langchain/core/documents` */
export const isPeer = (specifier: string) =>
  peers.some((name) => specifier === name || specifier.startsWith(`${name}/`));
