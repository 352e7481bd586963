import type { Plugin } from 'vite';

const WRAPPED =
  /new URL\(\s*(?:\/\*[^*]*\*\/\s*)?new URL\((["'`])([^"'`]+)\1,\s*import\.meta\.url\)\.href,\s*(?:""|''|``)\s*\+\s*import\.meta\.url\s*\)/g;

/**
 * Vite writes the worker's URL in a form that works at run time but that no bundler of a user recognises.
 * This gives it back its literal form, `new URL('./worker/host.js', import.meta.url)`.
 */
export function literalWorkerUrl(): Plugin {
  return {
    name: 'literal-worker-url',
    enforce: 'post',
    generateBundle(_options, bundle) {
      let found = 0;
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        chunk.code = chunk.code.replace(WRAPPED, (_whole, _quote, path: string) => {
          found++;
          return `new URL("./${path}",import.meta.url)`;
        });
      }
      if (found !== 1) this.error(`expected the URL of one worker in the package, found ${found}`);
    },
  };
}
