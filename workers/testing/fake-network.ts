/** For unit tests: a `fetch` over files in memory, with the faults of real servers. */

export interface FakeFile {
  bytes: Uint8Array<ArrayBuffer>;
  etag?: string;
  /** Ends the body after so many bytes of an answer: cleanly, or with an error. */
  truncate?: number;
  drop?: number;
  status?: number;
  headers?: Record<string, string>;
}

export interface FakeRequest {
  url: string;
  method: string;
  range: string | null;
  ifRange: string | null;
}

/** Each request takes the first remaining answer of its URL, the last one stays. A URL without answers is 404. */
export function fakeNetwork(answers: Record<string, FakeFile[]>) {
  const requests: FakeRequest[] = [];
  const pieceBytes = 1 << 20;

  async function fetch(input: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const [range, ifRange] = [headers.get('Range'), headers.get('If-Range')];
    requests.push({ url: input, method: init.method ?? 'GET', range, ifRange });
    init.signal?.throwIfAborted();
    const list = answers[input] ?? [];
    const file = list.length > 1 ? list.shift() : list[0];
    if (!file) return new Response('not found', { status: 404 });
    if (file.status) return new Response('', { status: file.status });
    const known = file.etag ? { ETag: file.etag } : {};
    const from = range && (!ifRange || ifRange === file.etag) ? Number(/\d+/.exec(range)?.[0]) : 0;
    const rest = file.bytes.subarray(from);
    const total = file.bytes.length;
    const part = from > 0 ? { 'Content-Range': `bytes ${from}-${total - 1}/${total}` } : {};
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve));
        if (init.signal?.aborted) return controller.error(init.signal.reason);
        const end = Math.min(
          at + pieceBytes,
          file.drop ?? Number.POSITIVE_INFINITY,
          file.truncate ?? rest.length,
          rest.length,
        );
        if (end > at) controller.enqueue(rest.slice(at, end));
        at = end;
        if (at === file.drop) controller.error(new TypeError('network error'));
        else if (at >= Math.min(file.truncate ?? rest.length, rest.length)) controller.close();
      },
    });
    return new Response(init.method === 'HEAD' ? null : body, {
      status: from > 0 ? 206 : 200,
      headers: { 'Content-Length': String(rest.length), ...known, ...part, ...file.headers },
    });
  }
  return { fetch, requests };
}
