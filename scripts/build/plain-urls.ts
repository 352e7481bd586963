import { existsSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import type { Plugin } from 'vite';

/** `new URL(…, import.meta.url)` as builds write it: with any quotes, or without `./`. */
const URLS = /new URL\(\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`]+)\1,\s*import\.meta\.url\s*\)/g;

/**
 * Gives every URL of a file of the package the form that all bundlers recognize, `new URL("./file", import.meta.url)`, and checks
 * that the file exists and that nothing else in a script depends on the script's location.
 */
export function plainUrls(folder: string): Plugin {
  return {
    name: 'plain-urls',
    enforce: 'post',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        chunk.code = chunk.code.replace(URLS, (_whole, _quote, path: string) => {
          const relative = /^\.{1,2}\//.test(path) ? path : `./${path}`;
          const file = posix.join(dirname(chunk.fileName), relative);
          if (!(file in bundle) && !existsSync(`${folder}/${file}`))
            this.error(`${chunk.fileName} names ${file}, which is not there`);
          return `new URL(${JSON.stringify(relative)},import.meta.url)`;
        });
        const rest = chunk.code.replaceAll(/new URL\("[^"]+",import\.meta\.url\)/g, '');
        const left =
          /.{60}import\.meta.{60}/s.exec(rest) ?? /.{60}(?<!async )\bimport\([^"'`].{60}/s.exec(rest);
        if (left) this.error(`${chunk.fileName}: bundlers do not know what to make of ${left[0]}`);
      }
    },
  };
}
