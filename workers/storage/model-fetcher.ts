/** Fetches model files with the page's headers, or with its own `fetch`. */
import { TteError } from '../../src/shared/errors.ts';
import type { ModelRequests } from '../../src/shared/protocol.ts';
import { untilAborted } from './aborted.ts';
import type { Fetcher } from './fetcher.ts';

export interface ModelFetcher extends Fetcher {
  /** From here on, requests use the page's headers or `fetch`. */
  askPage(page: ModelRequests): void;
}

export function createModelFetcher(plain: Fetcher): ModelFetcher {
  let page: ModelRequests | null = null;
  let requests = 0;
  return {
    isOwn: plain.isOwn,
    isLocal: plain.isLocal,
    askPage(given) {
      page = given;
    },
    fetch: (url, init = {}) =>
      page === null || plain.isLocal(url)
        ? plain.fetch(url, init)
        : throughPage(plain, page, ++requests, url, init),
  };
}

async function throughPage(
  plain: Fetcher,
  page: ModelRequests,
  id: number,
  url: string,
  init: RequestInit,
): Promise<Response> {
  const signal = init.signal ?? new AbortController().signal;
  const end = async () => page.cancel(id);
  signal.addEventListener('abort', () => void end().catch(() => {}), { once: true });
  const own = [...new Headers(init.headers)] as [string, string][];
  const answer = await untilAborted(
    page.begin(id, url, { method: init.method ?? 'GET', headers: own }),
    signal,
  );
  if (answer.kind === 'headers') return withHeaders(plain, url, init, answer.headers);
  const { status, headers } = answer;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await untilAborted(page.read(id), signal);
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
    cancel: end,
  });
  const isEmpty = [204, 205, 304].includes(status);
  return new Response(isEmpty ? null : body, { status, headers });
}

/**
 * `Authorization` is the only header that `fetch` itself removes when a redirect leads to another origin, as the hub's do. With
 * any other header, redirects are not followed, since a page cannot see where they lead before the headers have been sent.
 */
async function withHeaders(
  plain: Fetcher,
  url: string,
  init: RequestInit,
  added: readonly [string, string][],
): Promise<Response> {
  if (added.length === 0) return plain.fetch(url, init);
  const headers = new Headers([...added]);
  for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
  const redirect = added.every(([name]) => name === 'authorization') ? 'follow' : 'manual';
  const response = await plain.fetch(url, { ...init, headers, redirect }).catch((cause: unknown) => {
    if (init.signal?.aborted || plain.isOwn(url)) throw cause;
    const names = added.map(([name]) => name).join(', ');
    throw new Error(`${cause} (its server must allow the page's origin to send: ${names})`, { cause });
  });
  const { status, type } = response;
  if (type === 'opaqueredirect' || (redirect === 'manual' && status >= 300 && status < 400)) {
    const advice = 'Only `Authorization` is safe there. Use the option `fetch` to follow it';
    throw new TteError(
      'download-failed',
      `${url} redirects, and \`headers\` must not be sent there. ${advice}`,
    );
  }
  if (status === 401 || status === 403) {
    const advice =
      'they may be out of date, or lack access to this model (on a hub, its terms may have to be accepted)';
    throw new TteError(
      'model-not-found',
      `${url} answers ${status} in spite of the option \`headers\`: ${advice}`,
    );
  }
  return response;
}
