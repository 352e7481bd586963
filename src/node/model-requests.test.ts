/** The options `headers` and `fetch` against a hub that demands a token. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { PRIVATE_MODEL, type PrivateHub, startPrivateHub } from '../../scripts/server/private-hub.ts';
import type { Embedder } from '../client/types.ts';
import { createEmbedder, type NodeEmbedderOptions } from './index.ts';

/** Bytes that only the graph exceeds. */
const SMALL_FILES = 20_000;
const SECRET = 'Bearer hf_secret';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function setUp(accepted: string | null = SECRET, options?: { redirects: boolean }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tte-hub-'));
  const hub = await startPrivateHub(options);
  hub.accept(accepted);
  ends.push(
    () => rmSync(dataDir, { recursive: true }),
    () => hub.close(),
  );
  const open = async (given: NodeEmbedderOptions): Promise<Embedder> => {
    const embedder = await createEmbedder({ dataDir, model: PRIVATE_MODEL, hubUrl: hub.url, ...given });
    ends.push(() => embedder.dispose());
    return embedder;
  };
  return { hub, open, dataDir };
}

const graphs = (hits: PrivateHub['hits']) => hits.filter(({ path }) => path.endsWith('.onnx'));

test('a token reaches every request to the hub, is stored nowhere, and is no part of what is stored', async () => {
  const { hub, open, dataDir } = await setUp();
  const tte = await open({ headers: { Authorization: SECRET } });
  expect((await tte.embed('a red bicycle')).vector).toHaveLength(tte.info.dimensions[0] as number);
  expect(hub.hits.length).toBeGreaterThan(2);
  expect(hub.hits.every(({ authorization }) => authorization === SECRET)).toBe(true);
  await tte.dispose();
  const files = readdirSync(dataDir, { recursive: true }).map((path) => join(dataDir, String(path)));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files.filter((path) => statSync(path).isFile())) {
    expect(readFileSync(file).includes('hf_secret')).toBe(false);
  }
  hub.accept('Bearer another');
  await open({ headers: { Authorization: 'Bearer another' } });
  expect(graphs(hub.hits)).toHaveLength(1); // the stored files serve, whatever the token
});

test('without a token, and with one that is refused, the error says what to do', async () => {
  const { hub, open } = await setUp();
  await expect(open({})).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.stringMatching(/answers 401.*private or gated.*option `headers`/),
  });
  hub.refuseWith(403);
  await expect(open({ headers: { Authorization: 'Bearer wrong' } })).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.stringMatching(/answers 403 in spite of the option `headers`.*out of date.*accepted/),
  });
});

test('a redirect to another origin gets no token; other headers never follow one', async () => {
  const { hub, open } = await setUp(SECRET, { redirects: true });
  await open({ headers: { Authorization: SECRET } });
  expect(hub.stored).toMatchObject([{ path: 'onnx/model.onnx', authorization: null, status: 200 }]);
  const other = await setUp(null, { redirects: true });
  await expect(other.open({ headers: { 'X-Key': 'secret' } })).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringMatching(/onnx\/model.onnx redirects/),
  });
  expect(other.hub.hits.every(({ key }) => key === 'secret')).toBe(true);
  expect(other.hub.stored).toEqual([]);
});

test('an object goes to the hub only; a function is asked before each request, and resumes with a new token', async () => {
  const { hub, open } = await setUp(null);
  const model = `${hub.url}${PRIVATE_MODEL}/resolve/main/`;
  await open({ model, hubUrl: 'https://hub.invalid/', headers: { Authorization: SECRET } });
  expect(hub.hits.every(({ authorization }) => authorization === null)).toBe(true);

  const second = await setUp(null);
  const breakOff = second.hub.stallOnce();
  const asked: string[] = [];
  await second.open({
    onProgress: ({ loaded }) => loaded > SMALL_FILES && breakOff(),
    model: `${second.hub.url}${PRIVATE_MODEL}/resolve/main/`,
    headers: async (url) => {
      asked.push(url);
      return url.endsWith('tokenizer.json') ? null : { Authorization: `Bearer ${asked.length}` };
    },
  });
  const [broken, resumed, ...more] = graphs(second.hub.hits);
  expect(more).toEqual([]);
  expect(broken).toMatchObject({ range: null, authorization: expect.stringMatching(/^Bearer \d+$/) });
  expect(resumed).toMatchObject({ range: expect.stringMatching(/^bytes=[1-9]\d*-$/), status: 206 });
  expect(resumed?.authorization).not.toBe(broken?.authorization);
  expect(asked).toHaveLength(second.hub.hits.length);
  const tokenizer = second.hub.hits.find(({ path }) => path === 'tokenizer.json');
  expect(tokenizer).toMatchObject({ authorization: null });
});

test('headers that are none are refused without naming their values, and a function that fails ends the load', async () => {
  const { hub, open } = await setUp();
  for (const headers of [{ Authorization: 'Bearer secret\n' + 'x' }, { Authorization: 5 }, 'Bearer secret']) {
    const error = await open({ headers: headers as Record<string, string> }).catch((reason: Error) => reason);
    expect(error).toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('options.headers'),
    });
    expect(`${(error as Error).message} ${(error as Error).cause}`).not.toContain('secret');
  }
  const signedOut = async () => {
    throw new Error('signed out');
  };
  await expect(open({ headers: signedOut })).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining('options.headers failed: signed out'),
  });
  expect(hub.hits).toEqual([]);
  const both = { headers: {}, fetch };
  await expect(open(both)).rejects.toMatchObject({ code: 'invalid-input' });
});

test('a fetch of the page transports model files, resumed ones included', async () => {
  const { hub, open } = await setUp();
  const breakOff = hub.stallOnce();
  const seen: string[] = [];
  const tte = await open({
    onProgress: ({ loaded }) => loaded > SMALL_FILES && breakOff(),
    fetch: (url, init) => {
      seen.push(url);
      return fetch(url, {
        ...init,
        headers: { ...Object.fromEntries(new Headers(init.headers)), Authorization: SECRET },
      });
    },
  });
  expect((await tte.embed('a red bicycle')).vector).toHaveLength(tte.info.dimensions[0] as number);
  expect(graphs(hub.hits)).toMatchObject([
    { range: null },
    { range: expect.stringMatching(/^bytes=[1-9]\d*-$/), status: 206 },
  ]);
  expect(seen).toHaveLength(hub.hits.length);
});

test('a fetch that gives no response ends the load, and an abort reaches it', async () => {
  const { open } = await setUp();
  const none = (async () => undefined) as unknown as typeof fetch;
  await expect(open({ fetch: none })).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining('options.fetch: resolved to no Response'),
  });
  const giveUp = new AbortController();
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const never = (_url: string, { signal }: RequestInit) => {
    signal?.addEventListener('abort', end);
    queueMicrotask(() => giveUp.abort());
    return new Promise<Response>(() => {});
  };
  await expect(open({ fetch: never, signal: giveUp.signal })).rejects.toMatchObject({ code: 'aborted' });
  await ended;
});
