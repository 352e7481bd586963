import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Keeps URLs; treats strings without a scheme, and `C:\…`, as paths relative to the working directory. */
export function resolveUrl(url: string): string {
  if (/^[a-z][a-z\d+.-]+:/i.test(url)) return new URL(url).href;
  const folder = /[\\/]$/.test(url) ? '/' : '';
  return pathToFileURL(resolve(url)).href + folder;
}
