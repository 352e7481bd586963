/** One HTTP request for a file or its remainder. */
import { isTteError, TteError } from '../../src/shared/errors.ts';
import { throwIfAborted } from './aborted.ts';
import type { Fetcher } from './fetcher.ts';
import { HtmlAnswer, orNullForHtml, readHead } from './html.ts';

/** A network error after which a retry may succeed. */
export class NetworkError extends Error {
  override readonly name = 'NetworkTrouble';
}

export interface Validator {
  etag: string | null;
  modified: string | null;
}

export interface Reply extends Validator {
  /** Offset of the body in the file: the requested one, or 0. */
  from: number;
  /** Length of the whole file; null if unknown (not sent, or compressed in transit). */
  total: number | null;
  body: AsyncGenerator<Uint8Array>;
  /** Closes the connection of an unused body. */
  cancel(): void;
}

/** Milliseconds without data after which a connection counts as dead. */
const stallAfter = 30_000;

/**
 * GET from an offset. Null if there is no such file (404).
 * Across origins only `Range` is sent, which needs no preflight, whereas `If-Range` does (and the hub's servers reject it).
 * The response is compared with the validator in any case.
 * @throws NetworkError | HtmlAnswer | TteError model-not-found | download-failed | aborted
 */
export async function request(
  fetcher: Fetcher,
  url: string,
  from: number,
  validator: Validator,
  signal: AbortSignal,
): Promise<Reply | null> {
  const dead = endedBy(signal);
  const headers = new Headers();
  const isOwn = fetcher.isOwn(url);
  if (from > 0) {
    headers.set('Range', `bytes=${from}-`);
    const condition = strongValidator(validator);
    if (isOwn && condition) headers.set('If-Range', condition);
  }
  const response = await guarded(url, signal, dead, () =>
    fetcher.fetch(url, { headers, cache: 'no-store', signal: dead.signal }),
  );
  if (!isThere(response, url, dead)) return null;
  const etag = response.headers.get('ETag');
  const modified = response.headers.get('Last-Modified');
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('Content-Range') ?? '');
  const partial = response.status === 206;
  const reader = response.body?.getReader();
  const read = async () => reader && (await guarded(url, signal, dead, () => reader.read())).value;
  const head = partial ? null : await readHead(read);
  if (head?.isHtml) {
    dead.abort();
    throw new HtmlAnswer(`${url} answers with a page of HTML`);
  }
  async function* body() {
    try {
      if (head) yield* head.pieces;
      for (let piece = await read(); piece; piece = await read()) yield piece;
    } finally {
      dead.abort();
    }
  }
  // Across origins the length may be that of compressed bytes, since the header that tells is hidden.
  const isEncoded = response.headers.has('Content-Encoding');
  const length = isOwn && !isEncoded ? response.headers.get('Content-Length') : null;
  const told = partial ? range?.[2] : length;
  return {
    etag,
    modified,
    // A part of what is compressed in transit cannot be read: it continues nothing.
    from: !partial ? 0 : isEncoded ? Number.POSITIVE_INFINITY : Number(range?.[1] ?? from),
    total: told && told !== '*' ? Number(told) : null,
    body: body(),
    cancel: () => dead.abort(),
  };
}

/** Pages are smaller than this, most graphs larger. */
const pageBytes = 1_000_000;

/** Size of a file without fetching it; null if there is no such file, 0 if its size is unknown. */
export async function probe(
  fetcher: Fetcher,
  url: string,
  signal: AbortSignal,
): Promise<{ bytes: number } | null> {
  const dead = endedBy(signal);
  const ask = (method: string) =>
    guarded(url, signal, dead, () => fetcher.fetch(url, { method, cache: 'no-store', signal: dead.signal }));
  let response = await ask('HEAD');
  if (response.status === 405 || response.status === 501) response = await ask('GET');
  const found = isThere(response, url, dead);
  const bytes = Number(response.headers.get('Content-Length') ?? 0);
  dead.abort(); // the body of the GET is not needed
  return found && (bytes > pageBytes || (await isFile(fetcher, url, signal))) ? { bytes } : null;
}

/** Whether it is anything but a page of HTML. */
async function isFile(fetcher: Fetcher, url: string, signal: AbortSignal): Promise<boolean> {
  const reply = await orNullForHtml(request(fetcher, url, 0, { etag: null, modified: null }, signal));
  reply?.cancel();
  return reply !== null;
}

/** Whether the file is there; else, and on failure, the connection is ended. */
function isThere(response: Response, url: string, dead: AbortController): boolean {
  let found = false;
  try {
    found = answers(response, url);
  } finally {
    if (!found) dead.abort();
  }
  return found;
}

/** Whether the response is the file. */
function answers(response: Response, url: string): boolean {
  const { status } = response;
  if (status === 404 || status === 410) return false;
  if (status === 401 || status === 403) {
    throw new TteError(
      'model-not-found',
      `${url} answers ${status}: no such model, or it is private or gated. Give a token that may read it as the option \`headers\``,
    );
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    throw new NetworkError(`${url} answers ${status}`);
  }
  if (status === 416) throw new NetworkError(`${url} has no such range`);
  if (!response.ok) throw new TteError('download-failed', `${url} answers ${status}`);
  return true;
}

/** Runs a step of a request and maps the browser's exceptions to aborts and network errors. */
async function guarded<T>(
  url: string,
  signal: AbortSignal,
  dead: AbortController,
  step: () => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const timer = setTimeout(() => dead.abort(), stallAfter);
  try {
    return await step();
  } catch (cause) {
    const stalled = dead.signal.aborted;
    dead.abort();
    throwIfAborted(signal);
    if (isTteError(cause)) throw cause; // from the page's `headers` or `fetch`
    throw new NetworkError(`${url}: ${stalled ? 'no bytes for 30 s' : String(cause)}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Ends one connection: by itself, or with the call. Safari joins signals only since 17.4. */
function endedBy(signal: AbortSignal): AbortController {
  const dead = new AbortController();
  const end = () => dead.abort(signal.reason);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true, signal: dead.signal });
  return dead;
}

/** If-Range requires a strong ETag or a date. */
function strongValidator({ etag, modified }: Validator): string | null {
  return etag && !etag.startsWith('W/') ? etag : modified;
}
