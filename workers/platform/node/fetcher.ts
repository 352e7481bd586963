/** A `fetch` that also reads `file:` URLs; other URLs are passed to Node's `fetch`. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Content types that matter: to recognise an HTML page in place of a model file, and to name picture formats in messages. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.json': 'application/json',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
};

/** Responds like a server: 404, ranges, length, validators. */
export async function fetchFile(url: string, init: RequestInit = {}): Promise<Response> {
  init.signal?.throwIfAborted();
  const path = fileURLToPath(url);
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return new Response(null, { status: 404 });
  const range = /^bytes=(\d+)-(\d*)$/.exec(new Headers(init.headers).get('Range') ?? '');
  const from = range ? Number(range[1]) : 0;
  const to = range?.[2] ? Math.min(Number(range[2]), found.size - 1) : found.size - 1;
  if (range && from >= found.size) return new Response(null, { status: 416 });
  const headers: Record<string, string> = {
    'Content-Length': String(to - from + 1),
    'Content-Type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    ETag: `"${found.mtimeMs}-${found.size}"`,
    'Last-Modified': found.mtime.toUTCString(),
    ...(range && { 'Content-Range': `bytes ${from}-${to}/${found.size}` }),
  };
  const isEmpty = init.method === 'HEAD' || found.size === 0;
  const body = isEmpty ? null : Readable.toWeb(createReadStream(path, { start: from, end: to }));
  return new Response(body as ReadableStream | null, { status: range ? 206 : 200, headers });
}

export function nodeFetch(url: string, init?: RequestInit): Promise<Response> {
  return url.startsWith('file:') ? fetchFile(url, init) : fetch(url, init);
}
