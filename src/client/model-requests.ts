/** The page's part in requests for model files: the options `headers` and `fetch`. */
import { transfer } from 'comlink';
import { invalid, TteError } from '../shared/errors.ts';
import type { ModelRequests, PageAnswer } from '../shared/protocol.ts';
import { failingAs } from './failing-as.ts';
import type { EmbedderOptions, ModelHeaders } from './types.ts';

type Given = NonNullable<EmbedderOptions['headers']>;
type Fetch = NonNullable<EmbedderOptions['fetch']>;

/** @throws TteError invalid-input */
export function createModelRequests(
  { headers, fetch }: Pick<EmbedderOptions, 'headers' | 'fetch'>,
  hubUrl: string,
): ModelRequests {
  if (fetch === undefined) return addingHeaders(headers ?? {}, hubUrl);
  if (headers !== undefined) throw invalid('options.headers: leave them to options.fetch, or pass no fetch.');
  if (typeof fetch !== 'function') throw invalid('options.fetch: must be a function like fetch.');
  return fetching(fetch);
}

function addingHeaders(given: Given, hubUrl: string): ModelRequests {
  const fixed = typeof given === 'function' ? [] : entriesOf(given);
  const { origin } = new URL(hubUrl);
  const headersFor = async (url: string) => {
    if (typeof given !== 'function') return new URL(url).origin === origin ? fixed : [];
    return entriesOf(await failingAs('download-failed', 'options.headers', async () => given(url)));
  };
  return {
    begin: async (_id, url) => ({ kind: 'headers', headers: await headersFor(url) }),
    read: async () => null,
    cancel() {},
  };
}

/** Names are in lower case. Values are secrets: no message and no cause contains them. */
function entriesOf(headers: unknown): [string, string][] {
  const wanted = "an object like { Authorization: 'Bearer …' }, or a function that returns one";
  if (headers === null || headers === undefined) return [];
  if (typeof headers !== 'object') throw invalid(`options.headers: must be ${wanted}.`);
  const odd = Object.entries(headers).find(([, value]) => typeof value !== 'string');
  if (odd) throw invalid(`options.headers: "${odd[0]}" must be a string, not ${typeof odd[1]}.`);
  try {
    return [...new Headers(headers as ModelHeaders)];
  } catch {
    throw invalid(
      `options.headers: contains a name or a value that HTTP does not allow. It must be ${wanted}.`,
    );
  }
}

interface Running {
  abort: AbortController;
  reader?: ReadableStreamDefaultReader<Uint8Array> | undefined;
}

function fetching(fetch: Fetch): ModelRequests {
  const running = new Map<number, Running>();
  const failed = (how: string) => new TteError('download-failed', `options.fetch: ${how}.`);

  async function begin(id: number, url: string, init: { method: string; headers: [string, string][] }) {
    const request: Running = { abort: new AbortController() };
    running.set(id, request);
    const { signal } = request.abort;
    const response = await fetch(url, { ...init, cache: 'no-store', signal });
    const { status, headers, body } = response ?? {};
    if (!headers?.entries) throw failed(`resolved to no Response for ${url}`);
    if (!(status >= 200 && status <= 599))
      throw failed(`resolved to a response of status ${status} for ${url}`);
    request.reader = body?.getReader();
    if (signal.aborted) request.reader?.cancel().catch(() => {});
    return { kind: 'response', status, headers: [...headers] } satisfies PageAnswer;
  }

  return {
    begin: (id, url, init) =>
      begin(id, url, init).catch((error) => {
        running.delete(id);
        throw error;
      }),
    async read(id) {
      const { done, value } = (await running.get(id)?.reader?.read()) ?? { done: true };
      if (done) running.delete(id);
      if (done || value === undefined) return null;
      if (!(value instanceof Uint8Array)) throw failed('its body must consist of Uint8Arrays');
      const piece = value.slice(); // the page may still use what it gave
      return transfer(piece, [piece.buffer]);
    },
    cancel(id) {
      const request = running.get(id);
      running.delete(id);
      request?.abort.abort();
      request?.reader?.cancel().catch(() => {});
    },
  };
}
