import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileOf } from './files.ts';
import { startServer, type WebServer } from './server.ts';

const PATH = '/fixtures/images/landscape.png';
const file = readFileSync('e2e/fixtures/images/landscape.png');
let server: WebServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(server.origin + path, { headers });
  return { response, body: Buffer.from(await response.arrayBuffer()) };
}

test('whole files, ranges and validators', async () => {
  const whole = await get(PATH);
  expect(whole.response.status).toBe(200);
  expect(whole.body.equals(file)).toBe(true);
  const etag = whole.response.headers.get('etag') ?? '';
  const part = await get(PATH, { Range: 'bytes=10-19', 'If-Range': etag });
  expect(part.response.status).toBe(206);
  expect(part.response.headers.get('content-range')).toBe(`bytes 10-19/${file.length}`);
  expect(part.body.equals(file.subarray(10, 20))).toBe(true);
  expect((await get(PATH, { Range: 'bytes=10-', 'If-Range': '"other"' })).response.status).toBe(200);
  expect((await get(PATH, { Range: `bytes=${file.length}-` })).response.status).toBe(416);
  expect((await get(PATH, { 'If-None-Match': etag })).response.status).toBe(304);
});

test('every response isolates the page and forbids other origins', async () => {
  const { response } = await get('/nowhere');
  expect(response.status).toBe(404);
  expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
});

test('nothing outside the served folders is reachable', () => {
  expect(fileOf('/models/../../package.json')).toBeNull();
  expect(fileOf('/dist/%2e%2e/package.json')).toBeNull();
  expect(fileOf('/hub/a/../resolve/main/../../package.json')).toBeNull();
});

test('truncated and corrupt files', async () => {
  const short = server.fault([{ match: '.png', kind: 'truncate', at: 100 }]);
  expect((await get(short.path + PATH)).body.length).toBe(100);
  const bad = server.fault([{ match: /\.png$/, kind: 'corrupt', at: 100, times: 1 }]);
  const first = (await get(bad.path + PATH)).body;
  expect(first.findIndex((byte, index) => byte !== file[index])).toBe(100);
  expect((await get(bad.path + PATH)).body.equals(file)).toBe(true);
  expect(bad.hits.map((hit) => hit.bytes)).toEqual([file.length, file.length]);
});

test('a dropped connection can be resumed', async () => {
  const origin = server.fault([{ match: '.png', kind: 'drop', at: 50, times: 1 }]);
  await expect(get(origin.path + PATH)).rejects.toThrow();
  const rest = await get(origin.path + PATH, { Range: 'bytes=50-' });
  expect(rest.body.equals(file.subarray(50))).toBe(true);
  expect(origin.hits[1]).toMatchObject({ range: 'bytes=50-', status: 206 });
});

test('a stalled response waits for release', async () => {
  const origin = server.fault([{ match: '.png', kind: 'stall', at: 50 }]);
  let settled = false;
  const pending = get(origin.path + PATH).then(({ body }) => {
    settled = true;
    return body;
  });
  await sleep(100);
  expect(settled).toBe(false);
  expect(origin.hits[0]?.bytes).toBe(50);
  origin.release();
  expect((await pending).equals(file)).toBe(true);
});

test('slow, HTML, status, without ranges, changed', async () => {
  const slow = server.fault([{ match: '.png', kind: 'slow', bytesPerSecond: file.length * 5 }]);
  const before = performance.now();
  await get(slow.path + PATH);
  expect(performance.now() - before).toBeGreaterThan(100);
  const html = server.fault([{ match: '.png', kind: 'html' }]);
  expect((await get(html.path + PATH)).response.headers.get('content-type')).toBe('text/html');
  const down = server.fault([{ match: '.png', kind: 'status', status: 503 }]);
  expect((await get(down.path + PATH)).response.status).toBe(503);
  const plain = server.fault([{ match: '.png', kind: 'no-range' }]);
  expect((await get(plain.path + PATH, { Range: 'bytes=1-2' })).response.status).toBe(200);
  const changed = server.fault([{ match: '.png', kind: 'changed', times: 1 }]);
  const tags = [await get(changed.path + PATH), await get(changed.path + PATH)];
  expect(tags[0]?.response.headers.get('etag')).not.toBe(tags[1]?.response.headers.get('etag'));
});
