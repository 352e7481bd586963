import { expect, test } from 'vitest';
import { openRemoteFile } from './remote-file.ts';

const URL = 'https://site.test/site.tte.parquet';
const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 253);
const { signal } = new AbortController();

interface Server {
  data?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  ranges?: boolean;
  status?: number;
}

/** A static host with one file. */
function host(server: Server, isOwn = true) {
  const requests: string[] = [];
  const fetch = async (_url: string, init: RequestInit = {}) => {
    const { data = bytes, headers = { ETag: '"1"' }, ranges = true, status = 200 } = server;
    const range = ranges ? new Headers(init.headers).get('Range') : null;
    requests.push(`${init.method ?? 'GET'} ${range ?? ''}`.trim());
    if (status !== 200) return new Response(null, { status });
    const [from = 0, to = data.length - 1] = (range ?? '').match(/\d+/g)?.map(Number) ?? [];
    const body = data.slice(from, to + 1);
    return new Response(init.method === 'HEAD' ? null : body, {
      status: range ? 206 : 200,
      headers: {
        'Content-Length': String(body.length),
        ...(range && { 'Content-Range': `bytes ${from}-${to}/${data.length}` }),
        ...headers,
      },
    });
  };
  return { server, requests, fetcher: { fetch, isOwn: () => isOwn, isLocal: () => false } };
}

const open = ({ fetcher }: ReturnType<typeof host>, known: Parameters<typeof openRemoteFile>[2] = null) =>
  openRemoteFile(fetcher, URL, known, signal);
const at = async (file: Awaited<ReturnType<typeof open>>, start: number, end: number) =>
  expect(Buffer.from((await file?.slice(start, end)) as ArrayBuffer).equals(bytes.subarray(start, end))).toBe(
    true,
  );

test('ranges are read, small ones together', async () => {
  const served = host({});
  const file = await open(served);
  expect(file?.byteLength).toBe(bytes.length);
  await at(file, bytes.length - 8, bytes.length);
  await at(file, 4, 1000);
  await at(file, 1000, 500_000);
  await at(file, 500_000, 2_000_000);
  expect(served.requests).toHaveLength(4); // HEAD, end, beginning, the large one
});

test.each([
  ['gives no ranges', { ranges: false }, true],
  ['is of another origin, which hides lengths', {}, false],
  ['compresses on the way', { headers: { ETag: 'W/"1"', 'Content-Encoding': 'gzip' } }, true],
  ['says that it has no ranges', { headers: { ETag: '"1"', 'Accept-Ranges': 'none' } }, true],
])('a server that %s gives the whole file', async (_, server, isOwn) => {
  const file = await open(host(server, isOwn));
  await at(file, 0, 10);
  await at(file, 2_999_000, 3_000_000);
});

test.each([
  ['the same ETag', { ETag: '"1"' }, true],
  ['another ETag', { ETag: '"2"' }, false],
  ['the same time and length', { 'Last-Modified': 'Mon' }, true],
  ['nothing', {}, false],
])('a file with %s counts as unchanged: or not', async (_, headers, isUnchanged) => {
  const first = await open(host({ headers: { ...headers, ...('ETag' in headers && { ETag: '"1"' }) } }));
  const again = await open(host({ headers }), first?.version);
  expect(again === null).toBe(isUnchanged);
});

test('a file that changes while it is read is not mixed', async () => {
  const served = host({});
  const file = await open(served);
  served.server.headers = { ETag: '"2"' };
  await expect(file?.slice(0, 10)).rejects.toMatchObject({ code: 'download-failed' });
});

test.each([
  ['is missing', { status: 404 }],
  ['is an application’s page', { headers: { 'Content-Type': 'text/html; charset=utf-8' } }],
])('a file that %s is said to be', async (_, server) => {
  await expect(open(host(server))).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining(URL),
  });
});
