import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import type { EmbedderWarning, LoadProgress } from '../../src/shared/types.ts';
import { type FakeFile, fakeNetwork } from '../testing/fake-network.ts';
import { CHUNK_BYTES, chunkKey, type FileSpec, type FileStores, manifestKey } from './chunked-file.ts';
import { memoryStore, type Store } from './database.ts';
import type { Acquire } from './locks.ts';
import { createProgressMeter } from './progress.ts';
import { createWeights } from './weights.ts';

const url = 'http://here/models/m/onnx/model.onnx';
const big = patterned(CHUNK_BYTES + 3_000_000);
const small = patterned(1000);

/** Waiting between attempts takes no time. */
function hurry() {
  vi.useFakeTimers();
  vi.setTimerTickMode('nextTimerAsync');
}

function patterned(length: number) {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8)) & 255;
  return bytes;
}

/** Hardly to be compressed. */
function noisy(length: number) {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % 200;
  });
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function known(bytes: Uint8Array, hash = sha256(bytes)): FileSpec {
  return {
    key: `sha256:${hash}`,
    url,
    name: 'm/model',
    bytes: bytes.length,
    hint: bytes.length,
    sha256: hash,
  };
}

const unknown: FileSpec = { key: `url:${url}`, url, name: 'm/model', bytes: null, hint: 0, sha256: null };

interface SetUp {
  persistent?: Store;
  room?: number | null;
  at?: string;
  isLocal?: boolean;
  /** What is at other URLs. */
  others?: Record<string, FakeFile[]>;
}

function setUp(answers: FakeFile[], options: SetUp = {}) {
  const network = fakeNetwork({ ...options.others, [options.at ?? url]: answers });
  const persistent = options.persistent ?? memoryStore();
  const stores: FileStores = { persistent, memory: memoryStore(), inMemoryKeys: new Set() };
  const locks: string[] = [];
  const weights = createWeights({
    stores,
    fetcher: { fetch: network.fetch, isOwn: () => true, isLocal: () => options.isLocal ?? false },
    acquire: queueing(locks),
    room: async () => options.room ?? null,
  });
  const events: LoadProgress[] = [];
  const warnings: EmbedderWarning[] = [];
  const abort = new AbortController();
  const run = {
    signal: abort.signal,
    meter: createProgressMeter((event) => events.push(event)),
    onWarning: (warning: EmbedderWarning) => warnings.push(warning),
  };
  const read = async (file: FileSpec) => {
    const parts: Uint8Array[] = [];
    for await (const part of weights.chunks(file, run)) parts.push(part);
    return Buffer.concat(parts);
  };
  return { ...network, persistent, stores, weights, run, read, events, warnings, abort, locks };
}

/** Exclusive and shared in one process, first come first served. */
function queueing(log: string[]): Acquire {
  const tails = new Map<string, { exclusive: Promise<void>; shared: Promise<void>[] }>();
  return async (name, mode, signal) => {
    signal?.throwIfAborted();
    const state = tails.get(name) ?? { exclusive: Promise.resolve(), shared: [] };
    tails.set(name, state);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const before = mode === 'exclusive' ? [state.exclusive, ...state.shared] : [state.exclusive];
    if (mode === 'exclusive') tails.set(name, { exclusive: held, shared: [] });
    else state.shared.push(held);
    await Promise.all(before);
    log.push(mode);
    return release;
  };
}

test('a file is downloaded once, in chunks, and read back from the store without the network', async () => {
  const { read, requests, persistent, events } = setUp([{ bytes: big, etag: '"1"' }]);
  expect((await read(known(big))).equals(big)).toBe(true);
  expect((await read(known(big))).equals(big)).toBe(true);
  expect(requests).toHaveLength(1);
  expect(await persistent.keys('chunk/')).toHaveLength(2);
  expect(events.at(-1)).toMatchObject({ loaded: big.length, total: big.length });
});

test('a file without a known hash is taken at its length', async () => {
  const { read, requests, weights, run } = setUp([{ bytes: small }]);
  expect((await read(unknown)).equals(small)).toBe(true);
  expect(await weights.whole(unknown, run)).toEqual(small);
  expect(requests).toHaveLength(1);
});

test('an interrupted download goes on where it stopped, in the same call and in the next', async () => {
  hurry();
  const broken = { bytes: big, etag: '"1"', drop: 2_000_000 };
  const first = setUp([broken, { ...broken, status: 503 }]);
  const failure = first.read(known(big));
  await expect(failure).rejects.toMatchObject({ code: 'download-failed' });
  expect(first.requests.map(({ range }) => range)).toEqual([null, ...Array(3).fill('bytes=2000000-')]);
  const second = setUp([{ bytes: big, etag: '"1"' }], { persistent: first.persistent });
  expect((await second.read(known(big))).equals(big)).toBe(true);
  expect(second.requests).toMatchObject([{ range: 'bytes=2000000-', ifRange: '"1"' }]);
});

test('a file that has changed meanwhile is fetched from its beginning', async () => {
  hurry();
  const { persistent, read } = setUp([
    { bytes: patterned(4_000_000), etag: '"old"', drop: 2_000_000 },
    { bytes: small, status: 500 },
  ]);
  await expect(read(unknown)).rejects.toMatchObject({ code: 'download-failed' });
  const next = setUp([{ bytes: small, etag: '"new"' }], { persistent });
  expect((await next.read(unknown)).equals(small)).toBe(true);
  expect(next.requests[0]).toMatchObject({ range: 'bytes=2000000-', ifRange: '"old"' });
});

test.each([
  ['corrupt', () => ({ bytes: small.map((byte, i) => (i === 500 ? byte ^ 1 : byte)) })],
  ['truncated', () => ({ bytes: small, truncate: 600, headers: { 'Content-Encoding': 'br' } })],
  ['too long', () => ({ bytes: patterned(2000) })],
])('a %s body is dropped and fetched once again', async (_, bad) => {
  const good = setUp([bad(), { bytes: small }]);
  expect((await good.read(known(small))).equals(small)).toBe(true);
  expect(good.requests).toHaveLength(2);
  const never = setUp([bad()]);
  await expect(never.read(known(small))).rejects.toMatchObject({ code: 'integrity' });
  expect(never.requests).toHaveLength(2);
  expect(await never.persistent.keys('')).toEqual([]);
});

test('without a hash, the length alone tells: from the listing, or from the server', async () => {
  const short = { bytes: small, truncate: 600, headers: { 'Content-Encoding': 'br' } };
  const listed = setUp([short]);
  await expect(listed.read({ ...unknown, bytes: small.length })).rejects.toMatchObject({ code: 'integrity' });
  const told = setUp([{ bytes: small, truncate: 600 }]);
  await expect(told.read(unknown)).rejects.toMatchObject({ code: 'integrity' });
});

test('a damaged stored chunk is found before it is handed over, and the file fetched again', async () => {
  const { read, persistent, requests } = setUp([{ bytes: big }]);
  const file = known(big);
  await read(file);
  const damaged = new Uint8Array((await persistent.get(chunkKey(file.key, 1))) as ArrayBuffer).slice();
  damaged[5]! ^= 1;
  await persistent.set([[chunkKey(file.key, 1), damaged.buffer]]);
  expect((await read(file)).equals(big)).toBe(true);
  expect(requests).toHaveLength(2);
});

test('a missing and a shortened stored chunk are found, too', async () => {
  const { read, persistent, requests } = setUp([{ bytes: small }]);
  const file = known(small);
  await read(file);
  await persistent.remove([chunkKey(file.key, 0)]);
  expect((await read(file)).equals(small)).toBe(true);
  await persistent.set([[chunkKey(file.key, 0), small.slice(0, 999).buffer]]);
  expect((await read(file)).equals(small)).toBe(true);
  expect(requests).toHaveLength(3);
});

test('a manifest that makes no sense counts as none', async () => {
  const { read, persistent } = setUp([{ bytes: small }]);
  await persistent.set([[manifestKey(known(small).key), 'nonsense']]);
  expect((await read(known(small))).equals(small)).toBe(true);
});

const page = (type: string, html = '<!doctype html><title>App</title>') => ({
  bytes: new TextEncoder().encode(html) as Uint8Array<ArrayBuffer>,
  headers: { 'Content-Type': type },
});

test.each([
  ['404', []],
  ['a page', [page('text/html; charset=utf-8')]],
  ['a page sent as the file', [page('application/octet-stream', '\uFEFF\n <!-- app -->\n<HTML lang="en">')]],
])('a file that nothing says to exist does not, for %s', async (_, answers) => {
  const { weights, run, read, requests } = setUp(answers);
  expect(await weights.whole(unknown, run)).toBeNull();
  await expect(read(unknown)).rejects.toMatchObject({ code: 'model-not-found' });
  expect(requests).toHaveLength(2);
});

test.each(['text/html', 'application/json'])(
  'a page of type %s instead of a file that exists is told from it by content, and not kept',
  async (type) => {
    const { read, requests, persistent } = setUp([page(type), { bytes: small }]);
    await expect(read(known(small))).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringMatching(
        /http:\/\/here\/models\/m\/onnx\/model.onnx answers with a page.* copy the file/,
      ),
    });
    expect(await persistent.keys('')).toEqual([]);
    expect((await read(known(small))).equals(small)).toBe(true);
    expect(requests).toHaveLength(2);
  },
);

test('a page instead of the remainder costs nothing of what has arrived', async () => {
  const { read, requests } = setUp([
    { bytes: big, etag: '"1"', drop: 2_000_000 },
    { ...page('text/html'), etag: '"2"' },
    { bytes: big, etag: '"1"' },
  ]);
  await expect(read(known(big))).rejects.toMatchObject({
    code: 'download-failed',
    message: expect.stringContaining('sign-in'),
  });
  expect((await read(known(big))).equals(big)).toBe(true);
  expect(requests.map(({ range }) => range)).toEqual([null, 'bytes=2000000-', 'bytes=2000000-']);
});

test.each(['<s>\n<pad>\n', '<', ''])('a file is no page for beginning with %j', async (text) => {
  const bytes = new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
  const { weights, run } = setUp([{ bytes, headers: { 'Content-Type': 'text/html' } }]);
  expect(await weights.whole(unknown, run)).toEqual(bytes);
});

describe('a file that is served compressed', () => {
  const whole = noisy(1_500_000);
  const packedUrl = `${url}.gz`;
  const packed = new Uint8Array(gzipSync(whole));
  const file: FileSpec = {
    ...known(whole),
    url: packedUrl,
    packed: { bytes: packed.length, sha256: sha256(packed) },
  };
  const at = (answers: FakeFile[]) => setUp(answers, { at: packedUrl });

  test('is unpacked into the store, once, and the progress counts its own bytes', async () => {
    const { read, requests, events, persistent } = at([{ bytes: packed }]);
    expect((await read(file)).equals(whole)).toBe(true);
    expect((await read(known(whole))).equals(whole)).toBe(true); // the same file, whether or not a folder has it compressed
    expect(requests.length).toBe(1);
    expect((await persistent.keys('')).filter((key) => key.includes('.gz'))).toEqual([]);
    expect(events.at(-1)).toMatchObject({ loaded: whole.length, total: whole.length });
    for (const { total } of events) expect(total).toBe(whole.length);
  });

  test('goes on where an interrupted download ended, also in a later visit', async () => {
    hurry();
    const drop = Math.floor(packed.length / 10); // an attempt gets so far, and there are four
    const { read, persistent } = at([{ bytes: packed, etag: '"1"', drop }]);
    await expect(read(file).then(({ length }) => length)).rejects.toMatchObject({ code: 'download-failed' });
    const later = setUp([{ bytes: packed, etag: '"1"' }], { persistent, at: packedUrl });
    expect((await later.read(file)).equals(whole)).toBe(true);
    expect(later.requests[0]?.range).toMatch(/^bytes=[1-9]/);
  });

  test('may arrive unpacked, from a host that says how it is encoded', async () => {
    const { read } = at([{ bytes: whole }]);
    expect((await read(file)).equals(whole)).toBe(true);
  });

  test('is not kept if it is damaged, or is another', async () => {
    const damaged = packed.slice();
    damaged[packed.length >> 1]! ^= 255;
    for (const bytes of [damaged, new Uint8Array(gzipSync(small)), small]) {
      const { read, persistent } = at([{ bytes }]);
      await expect(read(file).then(({ length }) => length)).rejects.toMatchObject({ code: 'integrity' });
      expect(await persistent.keys('')).toEqual([]);
    }
  });

  test('is read in place on this machine, and nothing of one that is damaged', async () => {
    const { read, persistent, events } = setUp([{ bytes: packed }], { at: packedUrl, isLocal: true });
    expect((await read(file)).equals(whole)).toBe(true);
    expect(await persistent.keys('')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ loaded: whole.length, source: 'storage' });
    const damaged = packed.slice(0, packed.length >> 1);
    for (const bytes of [damaged, new Uint8Array(gzipSync(small)), small]) {
      const run = setUp([{ bytes }], { at: packedUrl, isLocal: true });
      await expect(run.read(file)).rejects.toMatchObject({ code: 'integrity' });
    }
  });

  test('is kept in memory where the store has no room', async () => {
    const { read, warnings } = setUp([{ bytes: packed }], { room: 1000, at: packedUrl });
    expect((await read(file)).equals(whole)).toBe(true);
    expect(warnings.map(({ code }) => code)).toContain('memory-only');
  });
});

describe('a file that is served as the difference from another', () => {
  const base = noisy(1_000_000);
  const whole = base.map((byte, i) => (i % 50 === 0 ? byte + i : byte)).subarray(0, 999_990);
  const difference = whole.map((byte, i) => byte - base[i]!);
  const packed = new Uint8Array(gzipSync(difference));
  const baseUrl = 'http://here/models/m/onnx/base.onnx';
  const baseFile: FileSpec = { ...known(base), url: baseUrl, name: 'm/base' };
  const file: FileSpec = {
    ...known(whole),
    packed: { bytes: packed.length, sha256: sha256(packed), base: baseFile },
  };
  const others = { [baseUrl]: [{ bytes: base }, { bytes: base }] };

  test('is restored, once, and the base is read from where it is stored', async () => {
    const { read, requests, events } = setUp([{ bytes: packed }], { others });
    await read(baseFile);
    expect((await read(file)).equals(whole)).toBe(true);
    expect((await read(file)).equals(whole)).toBe(true);
    expect(requests.map(({ url }) => url)).toEqual([baseUrl, url]);
    expect(events.at(-1)?.total).toBe(base.length + whole.length);
  });

  test('fetches its base where nobody has', async () => {
    const { read, requests } = setUp([{ bytes: packed }], { others });
    expect((await read(file)).equals(whole)).toBe(true);
    expect(requests).toHaveLength(2);
  });

  test('may arrive unpacked, from a host that says how it is encoded', async () => {
    const { read, persistent } = setUp([{ bytes: difference }, { bytes: difference }], { others });
    expect((await read(file)).equals(whole)).toBe(true);
    expect((await persistent.keys('')).filter((key) => key.includes('.gz'))).toEqual([]);
  });

  test('is not kept if it, or the base, is another', async () => {
    const damaged = packed.slice();
    damaged[packed.length >> 1]! ^= 255;
    const wrong = { ...baseFile, ...known(base.subarray(0, 1000)), url: baseUrl };
    const short = { ...file, packed: { ...file.packed!, base: wrong } };
    const attempts: [FileSpec, Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>][] = [
      [file, damaged, base],
      [file, new Uint8Array(gzipSync(whole)), base],
      [file, whole, base],
      [short, packed, base.slice(0, 1000)],
    ];
    for (const [spec, bytes, other] of attempts) {
      const answers = [{ bytes }, { bytes }, { bytes }, { bytes }];
      const { read, persistent } = setUp(answers, { others: { [baseUrl]: [{ bytes: other }] } });
      await expect(read(spec).then(({ length }) => length)).rejects.toMatchObject({ code: 'integrity' });
      expect((await persistent.keys('')).filter((key) => !key.includes(spec.packed!.base!.key))).toEqual([]);
    }
  });

  test('is read in place on this machine', async () => {
    const { read, persistent } = setUp([{ bytes: packed }, { bytes: packed }], { others, isLocal: true });
    expect((await read(file)).equals(whole)).toBe(true);
    expect(await persistent.keys('')).toEqual([]);
  });

  test('is restored in memory where the store has no room', async () => {
    const { read, warnings } = setUp([{ bytes: packed }], { others, room: 1000 });
    expect((await read(file)).equals(whole)).toBe(true);
    expect(warnings.map(({ code }) => code)).toContain('memory-only');
  });
});

test('a gated model says so, and is not asked for twice', async () => {
  const { read, requests } = setUp([{ bytes: small, status: 401 }]);
  await expect(read(unknown)).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.stringContaining('gated'),
  });
  expect(requests).toHaveLength(1);
});

test('a full store moves what has arrived to memory, with a warning and without fetching it again', async () => {
  const persistent = memoryStore();
  let writes = 0;
  const full: Store = {
    ...persistent,
    set: (entries) =>
      ++writes > 1 ? Promise.reject(new DOMException('full', 'QuotaExceededError')) : persistent.set(entries),
  };
  const { read, requests, warnings, stores } = setUp([{ bytes: big }], { persistent: full });
  expect((await read(known(big))).equals(big)).toBe(true);
  expect(warnings).toMatchObject([{ code: 'memory-only' }]);
  expect(requests).toHaveLength(1);
  expect(await persistent.keys('')).toEqual([]);
  expect(await stores.memory.keys('')).toEqual([]); // handed over, not kept twice
});

test('no room by the browser’s own account: memory from the start', async () => {
  const { read, warnings, persistent } = setUp([{ bytes: small }], { room: 999 });
  expect((await read(known(small))).equals(small)).toBe(true);
  expect(warnings).toMatchObject([{ code: 'memory-only', message: expect.stringContaining('999') }]);
  expect(await persistent.keys('')).toEqual([]);
});

test('no database at all: memory', async () => {
  const refuse = () => Promise.reject(new DOMException('denied', 'SecurityError'));
  const { read, warnings } = setUp([{ bytes: small }], {
    persistent: { get: refuse, set: refuse, entries: refuse, keys: refuse, remove: refuse },
  });
  expect((await read(known(small))).equals(small)).toBe(true);
  expect(warnings.length).toBeGreaterThan(0);
});

test('two readers at once download once', async () => {
  const { read, requests } = setUp([{ bytes: small }]);
  const [a, b] = await Promise.all([read(known(small)), read(known(small))]);
  expect(a.equals(small) && b.equals(small)).toBe(true);
  expect(requests).toHaveLength(1);
});

test('an abort ends a download at once and keeps what has arrived', async () => {
  const { read, abort, persistent, run } = setUp([{ bytes: big, etag: '"1"' }]);
  const meter = run.meter;
  run.meter = {
    ...meter,
    advance(file, loaded, source) {
      if (loaded > 5_000_000) abort.abort(new Error('enough'));
      meter.advance(file, loaded, source);
    },
  };
  await expect(read(known(big))).rejects.toMatchObject({
    code: 'aborted',
    name: 'AbortError',
    cause: { message: 'enough' },
  });
  const [manifest] = (await persistent.entries('file/')).map(
    ([, value]) => value as { received: number; complete: boolean },
  );
  expect(manifest).toMatchObject({ complete: false });
  expect(manifest!.received).toBeGreaterThan(5_000_000);
});

test('an abort between two chunks ends the reading and frees the lock', async () => {
  const { weights, run, abort, locks } = setUp([{ bytes: big }]);
  const seen: number[] = [];
  const reading = (async () => {
    for await (const chunk of weights.chunks(known(big), run)) {
      seen.push(chunk.length);
      abort.abort();
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  expect(seen).toEqual([CHUNK_BYTES]);
  expect(locks).toEqual(['exclusive', 'shared']);
});

test('progress never goes back, also when a file is fetched twice', async () => {
  const { read, events } = setUp([
    { bytes: big, truncate: 10_000_000, headers: { 'Content-Encoding': 'br' } },
    { bytes: big },
  ]);
  await read(known(big));
  expect(events.length).toBeGreaterThan(2);
  for (const [index, event] of events.entries()) {
    expect(event.loaded).toBeGreaterThanOrEqual(events[index - 1]?.loaded ?? 0);
    expect(event.loaded).toBeLessThanOrEqual(event.total);
  }
});
