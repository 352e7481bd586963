/** Weights in a real IndexedDB, from a real server with faults. Workers stand for tabs, with which they share storage and locks. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { weightsFolder } from '../scripts/paths.ts';
import { expect, needWeights, type Probe, test } from './harness/test.ts';

type Storage = typeof import('./probes/storage.ts');

const tiny = 'tiny-bert-cls';
const graph = 'onnx/model.onnx';
const q4 = 'onnx/model_q4.onnx';

function truth(path: string) {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const tinyTruth = truth(join('e2e/fixtures/models', tiny, graph));
const weightTruth = (model: string) => truth(join(weightsFolder() as string, model, q4));

async function isMonotonic(tab: Probe<Storage>) {
  const { events } = await tab.call('log');
  expect(events.length).toBeGreaterThan(0);
  for (const [index, { loaded, total }] of events.entries()) {
    expect(loaded).toBeLessThanOrEqual(total);
    expect(loaded).toBeGreaterThanOrEqual(events[index - 1]?.loaded ?? 0);
    expect(total).toBeGreaterThanOrEqual(events[index - 1]?.total ?? 0);
  }
  return events;
}

/** Aborts a stalled download after some bytes have arrived. @returns milliseconds that the abort took */
async function interrupt(tab: Probe<Storage>, ref: string, server: string): Promise<number> {
  await tab.call('open', ref, server);
  const outcome = expect(tab.call('read', graph)).rejects.toMatchObject({
    code: 'aborted',
    name: 'AbortError',
  });
  await expect.poll(async () => (await tab.call('log')).events.length).toBeGreaterThan(0);
  const began = Date.now();
  await tab.call('cancel');
  await outcome;
  return Date.now() - began;
}

test('IndexedDB fulfils the contract of a store', async ({ probe }) => {
  const tab = await probe<Storage>('storage');
  const { cases, failures } = await tab.call('contract');
  expect(failures).toEqual([]);
  expect(cases).toBeGreaterThan(5);
});

test('the second visit needs no network', async ({ probe, server, context }) => {
  const origin = server.fault([]);
  const first = await probe<Storage>('storage');
  await first.call('open', `${server.origin}${origin.path}/models/${tiny}`, origin.path);
  expect(await first.call('read', graph)).toMatchObject(tinyTruth);
  const config = await first.call('json', 'config.json');
  expect(await first.call('json', 'no-such-file.json')).toBeNull();
  const asked = origin.hits.length;
  expect(asked).toBe(3); // tte.json, the graph, config.json: files that the descriptor does not list are not requested

  const second = await probe<Storage>('storage');
  await second.call('log'); // wait until its script has loaded
  await context.setOffline(true);
  const descriptor = await second.call('open', `${server.origin}${origin.path}/models/${tiny}`, origin.path);
  expect(descriptor.id).toBe(tiny);
  expect(await second.call('read', graph)).toMatchObject(tinyTruth);
  expect(await second.call('json', 'config.json')).toEqual(config);
  expect(origin.hits.length).toBe(asked);
  const events = await isMonotonic(second);
  expect(events.every((event) => event.phase !== 'download' || event.source === 'storage')).toBe(true);
});

test('a new revision on the page’s own origin is used from the next load on, and old files are deleted', async ({
  probe,
  server,
  page,
}) => {
  const tab = await probe<Storage>('storage');
  const url = `${server.origin}/models/${tiny}`;
  const before = await tab.call('open', url, '');
  await tab.call('read', graph);
  const old = await tab.call('storedKeys');
  const changed = structuredClone(before);
  changed.revision = '2';
  changed.files = {
    ...changed.files,
    [graph]: { bytes: 3, sha256: createHash('sha256').update('new').digest('hex') },
  };
  await page.context().route(`**/models/${tiny}/tte.json`, (route) => route.fulfill({ json: changed }));
  await page.context().route(`**/models/${tiny}/${graph}`, (route) => route.fulfill({ body: 'new' }));
  expect((await tab.call('open', url, '')).revision).toBe('1');
  await expect.poll(async () => (await tab.call('open', url, '')).revision).toBe('2');
  expect(await tab.call('read', graph)).toMatchObject({ bytes: 3 });
  const graphKey = `file/sha256:${tinyTruth.sha256}`;
  expect(old).toContain(graphKey);
  await expect.poll(() => tab.call('storedKeys')).not.toContain(graphKey);
});

for (const kind of ['corrupt', 'truncate'] as const) {
  test(`a ${kind} body is discarded and fetched again; if that fails as well, nothing is stored`, async ({
    probe,
    server,
  }) => {
    const origin = server.fault([{ match: graph, kind, at: 1000, times: 1 }]);
    const tab = await probe<Storage>('storage');
    const ref = `${server.origin}${origin.path}/models/${tiny}`;
    await tab.call('open', ref, origin.path);
    expect(await tab.call('read', graph)).toMatchObject(tinyTruth);
    expect(origin.hits.filter(({ path }) => path.includes(graph))).toHaveLength(2);
    await isMonotonic(tab);

    await tab.call('clearAll');
    origin.set([{ match: graph, kind, at: 1000 }]);
    await tab.call('open', ref, origin.path);
    await expect(tab.call('read', graph)).rejects.toMatchObject({ code: 'integrity' });
    expect((await tab.call('storedKeys')).join()).not.toContain(tinyTruth.sha256);
  });
}

for (const how of ['corrupt', 'truncate', 'remove'] as const) {
  test(`a damaged stored chunk (${how}) is never returned, but fetched again`, async ({ probe, server }) => {
    const origin = server.fault([]);
    const tab = await probe<Storage>('storage');
    await tab.call('open', `${server.origin}${origin.path}/models/${tiny}`, origin.path);
    await tab.call('read', graph);
    await tab.call('damage', how);
    expect(await tab.call('read', graph)).toMatchObject(tinyTruth);
    expect(origin.hits.filter(({ path }) => path.includes(graph))).toHaveLength(2);
    expect(await tab.call('read', graph)).toMatchObject(tinyTruth);
    expect(origin.hits.filter(({ path }) => path.includes(graph))).toHaveLength(2);
  });
}

test('a download resumes where its connection broke', async ({ probe, server }) => {
  needWeights('all-MiniLM-L6-v2');
  const origin = server.fault([]);
  const tab = await probe<Storage>('storage');
  await tab.call('open', `${server.origin}${origin.path}/models/all-MiniLM-L6-v2`, origin.path);
  origin.set([{ match: q4, kind: 'drop', at: 12_000_000, times: 1 }]); // after the folder was listed
  expect(await tab.call('read', q4)).toMatchObject(weightTruth('all-MiniLM-L6-v2'));
  const [first, second, ...more] = origin.hits.filter(({ path, bytes }) => path.includes(q4) && bytes > 0);
  expect(first).toMatchObject({ range: null });
  expect(second).toMatchObject({ status: 206, range: expect.stringMatching(/^bytes=[1-9]\d*-$/) });
  expect(more).toEqual([]);
  const from = Number(second?.range?.slice('bytes='.length, -1));
  expect(from).toBeLessThanOrEqual(12_000_000);
  expect(from + (second?.bytes ?? 0)).toBe(weightTruth('all-MiniLM-L6-v2').bytes);
  await isMonotonic(tab);
});

for (const kind of ['no-range', 'changed'] as const) {
  test(`an interrupted download restarts if it cannot be resumed (${kind})`, async ({ probe, server }) => {
    const origin = server.fault([{ match: graph, kind: 'stall', at: 150_000, times: 1 }]);
    const ref = `${server.origin}${origin.path}/models/${tiny}`;
    const tab = await probe<Storage>('storage');
    await interrupt(tab, ref, origin.path);
    origin.set([{ match: graph, kind }]);
    await tab.call('open', ref, origin.path);
    expect(await tab.call('read', graph)).toMatchObject(tinyTruth);
    const last = origin.hits.filter(({ path }) => path.includes(graph)).at(-1);
    expect(last).toMatchObject({
      status: 200,
      range: expect.stringMatching(/^bytes=[1-9]/),
      bytes: tinyTruth.bytes,
    });
  });
}

test('an abort ends a stalled download at once; the next load resumes it', async ({ probe, server }) => {
  const origin = server.fault([{ match: graph, kind: 'stall', at: 150_000, times: 1 }]);
  const tab = await probe<Storage>('storage');
  const ref = `${server.origin}${origin.path}/models/${tiny}`;
  expect(await interrupt(tab, ref, origin.path)).toBeLessThan(1000);
  await tab.call('open', ref, origin.path);
  expect(await tab.call('read', graph)).toMatchObject(tinyTruth);
  const last = origin.hits.filter(({ path }) => path.includes(graph)).at(-1);
  expect(last).toMatchObject({ status: 206, range: expect.stringMatching(/^bytes=[1-9]\d*-$/) });
});

test('an abort ends waiting for another tab’s download', async ({ probe, server }) => {
  const origin = server.fault([{ match: graph, kind: 'stall', at: 1000, times: 1 }]);
  const ref = `${server.origin}${origin.path}/models/${tiny}`;
  const [one, two] = [await probe<Storage>('storage'), await probe<Storage>('storage')];
  await one.call('open', ref, origin.path);
  await two.call('open', ref, origin.path);
  const downloading = one.call('read', graph);
  await expect.poll(async () => (await one.call('log')).events.length).toBeGreaterThan(0);
  const waiting = expect(two.call('read', graph)).rejects.toMatchObject({ code: 'aborted' });
  await two.call('cancel');
  await waiting;
  origin.release();
  expect(await downloading).toMatchObject(tinyTruth);
});

test('two tabs share one download', async ({ probe, server }) => {
  const origin = server.fault([{ match: graph, kind: 'slow', bytesPerSecond: 400_000 }]);
  const ref = `${server.origin}${origin.path}/models/${tiny}`;
  const tabs = await Promise.all([probe<Storage>('storage'), probe<Storage>('storage')]);
  await Promise.all(tabs.map((tab) => tab.call('open', ref, origin.path)));
  for (const result of await Promise.all(tabs.map((tab) => tab.call('read', graph))))
    expect(result).toMatchObject(tinyTruth);
  expect(origin.hits.filter(({ path }) => path.includes(graph))).toHaveLength(1);
});

test('missing models: no folder, no file, a page instead of a file', async ({ probe, server }) => {
  const tab = await probe<Storage>('storage');
  await expect(tab.call('open', `${server.origin}/models/none`, '')).rejects.toMatchObject({
    code: 'model-not-found',
  });
  await expect(tab.call('open', 'no-such-preset', '')).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(tab.call('open', 'nobody/nothing', '')).rejects.toMatchObject({ code: 'model-not-found' });
  for (const fault of [{ kind: 'html' } as const, { kind: 'status', status: 404 } as const]) {
    const origin = server.fault([{ match: graph, ...fault }]);
    await tab.call('open', `${server.origin}${origin.path}/models/${tiny}`, origin.path);
    await expect(tab.call('read', graph)).rejects.toMatchObject({ code: 'model-not-found' });
  }
});

test('a persistent fault rejects with download-failed, and the next load resumes', async ({
  probe,
  server,
}) => {
  const origin = server.fault([{ match: graph, kind: 'status', status: 503 }]);
  const tab = await probe<Storage>('storage');
  await tab.call('open', `${server.origin}${origin.path}/models/${tiny}`, origin.path);
  await expect(tab.call('read', graph)).rejects.toMatchObject({ code: 'download-failed' });
  expect(origin.hits.filter(({ path }) => path.includes(graph))).toHaveLength(4);
  origin.set([]);
  expect(await tab.call('read', graph)).toMatchObject(tinyTruth);
});

test('without storage space the model is kept in memory, with a warning', async ({ probe, server }) => {
  const tab = await probe<Storage>('storage');
  await tab.call('open', `${server.origin}/models/${tiny}`, '');
  await tab.call('reportRoom', 10_000);
  expect(await tab.call('read', graph)).toMatchObject(tinyTruth);
  expect((await tab.call('log')).warnings).toMatchObject([{ code: 'memory-only' }]);
  expect((await tab.call('storedKeys')).join()).not.toContain(tinyTruth.sha256);
});

test('if the database fills up during a download, the rest is kept in memory and nothing is fetched twice', async ({
  probe,
  server,
}) => {
  needWeights('SmolLM2-135M-Instruct');
  const origin = server.fault([]);
  const tab = await probe<Storage>('storage');
  await tab.call('open', `${server.origin}${origin.path}/models/SmolLM2-135M-Instruct`, origin.path);
  await tab.call('fillUpAt', 40_000_000);
  const expected = weightTruth('SmolLM2-135M-Instruct');
  expect(await tab.call('read', q4)).toMatchObject(expected);
  expect((await tab.call('log')).warnings).toMatchObject([{ code: 'memory-only' }]);
  const gets = origin.hits.filter(({ path, bytes }) => path.includes(q4) && bytes > 0);
  expect(gets).toMatchObject([{ bytes: expected.bytes }]);
  expect((await tab.call('storedKeys')).filter((key) => key.includes(q4))).toEqual([]);
});

test('a folder without a descriptor, and the same weights as a hub preset', async ({
  probe,
  server,
  context,
}) => {
  needWeights('all-MiniLM-L6-v2', 'SmolLM2-135M-Instruct');
  const tab = await probe<Storage>('storage');
  const folder = await tab.call('open', `${server.origin}/models/all-MiniLM-L6-v2/`, '');
  expect(folder).toMatchObject({
    architecture: 'text-encoder',
    embedding: { dimensions: 384, pooling: 'mean' },
  });
  expect(await tab.call('read', q4)).toMatchObject(weightTruth('all-MiniLM-L6-v2'));
  expect(await tab.call('json', 'special.json')).toBeNull();
  const preset = await tab.call('open', 'minilm', '');
  expect(preset).toMatchObject({
    id: 'Xenova/all-MiniLM-L6-v2',
    text: { maxTokens: 256 },
    license: 'Apache-2.0',
  });
  expect(await tab.call('read', q4)).toMatchObject(weightTruth('all-MiniLM-L6-v2'));
  const reasoner = await tab.call('open', 'smollm2', '');
  expect(reasoner).toMatchObject({ kind: 'reasoner', architecture: 'causal-lm' });

  await context.setOffline(true);
  await tab.call('open', `${server.origin}/models/all-MiniLM-L6-v2/`, '');
  expect(await tab.call('json', 'special.json')).toBeNull(); // the absence is cached
  expect(await tab.call('read', q4)).toMatchObject({ chunks: 1 });
});

test('a hub’s file list is requested once, and its hashes are verified', async ({
  probe,
  server,
  context,
}) => {
  const commit = 'c'.repeat(40);
  const files = ['config.json', 'tokenizer.json', 'tokenizer_config.json', '1_Pooling/config.json', graph];
  const listing = (sha256: string) => ({
    sha: commit,
    cardData: { license: 'mit' },
    siblings: files.map((rfilename) => {
      const { bytes } = truth(join('e2e/fixtures/models', tiny, rfilename));
      return rfilename === graph ? { rfilename, size: bytes, lfs: { sha256 } } : { rfilename, size: bytes };
    }),
  });
  let told = listing(tinyTruth.sha256);
  await context.route('**/hub/api/models/some/tiny-bert-cls/revision/main?blobs=true', (route) =>
    route.fulfill({ json: told }),
  );
  const origin = server.fault([]);
  const tab = await probe<Storage>('storage');
  expect(await tab.call('open', `some/${tiny}`, origin.path)).toMatchObject({
    revision: commit,
    license: 'mit',
    architecture: 'text-encoder',
    embedding: { dimensions: 48, pooling: 'cls' },
  });
  expect(await tab.call('read', graph)).toMatchObject(tinyTruth);
  expect(origin.hits.every(({ path }) => path.includes(`/resolve/${commit}/`))).toBe(true);
  expect(origin.hits.map(({ path }) => path.split(`${commit}/`)[1]).sort()).toEqual([
    '1_Pooling/config.json',
    'config.json',
    graph,
    'tokenizer_config.json',
  ]);

  await tab.call('clearAll');
  told = listing('0'.repeat(64));
  await tab.call('open', `some/${tiny}`, origin.path);
  await expect(tab.call('read', graph)).rejects.toMatchObject({ code: 'integrity' });
});

test('storage is reported and deleted per model, including unfinished downloads', async ({
  probe,
  server,
}) => {
  const origin = server.fault([{ match: /tiny-bert-mean.*onnx$/, kind: 'stall', at: 1000 }]);
  const tab = await probe<Storage>('storage');
  await tab.call('open', `${server.origin}${origin.path}/models/tiny-bert-mean`, origin.path);
  const reading = expect(tab.call('read', graph)).rejects.toMatchObject({ code: 'aborted' });
  await expect.poll(async () => (await tab.call('log')).events.length).toBeGreaterThan(0);
  await tab.call('cancel');
  await reading;
  await tab.call('open', `${server.origin}${origin.path}/models/${tiny}`, origin.path);
  await tab.call('read', graph);
  const before = await tab.call('report');
  expect(before.models.find(({ id }) => id === tiny)).toMatchObject({
    bytes: tinyTruth.bytes,
    files: 1,
    complete: true,
  });
  expect(before.models.find(({ id }) => id === 'tiny-bert-mean')).toMatchObject({
    bytes: 1000,
    complete: false,
  });
  expect(before.usage).toBeGreaterThan(0);

  await tab.call('deleteModel', 'tiny-bert-mean');
  expect((await tab.call('report')).models.map(({ id }) => id)).toEqual([tiny]);
  await tab.call('clearAll');
  expect((await tab.call('report')).models).toEqual([]);
  expect(await tab.call('storedKeys')).toEqual([]);
});

test('clearing waits for a tab that is loading a model', async ({ probe, server }) => {
  const origin = server.fault([{ match: graph, kind: 'slow', bytesPerSecond: 400_000 }]);
  const ref = `${server.origin}${origin.path}/models/${tiny}`;
  const [loading, clearing] = [await probe<Storage>('storage'), await probe<Storage>('storage')];
  await loading.call('open', ref, origin.path);
  const reading = loading.call('read', graph);
  await expect.poll(async () => (await loading.call('log')).events.length).toBeGreaterThan(0);
  await clearing.call('clearAll');
  expect(await reading).toMatchObject(tinyTruth);
  await clearing.call('clearAll');
  expect(await clearing.call('storedKeys')).toEqual([]);
});

test('caches outlive the worker and respect their limit', async ({ probe }) => {
  const tab = await probe<Storage>('storage');
  const { last, oldest, totals } = await tab.call('cacheAcrossLives', 500, 100);
  expect(last).toBe(499);
  expect(oldest).toBeUndefined();
  expect(totals.entries).toBeLessThanOrEqual(100);
  expect(totals.entries).toBeGreaterThanOrEqual(90);
  expect(totals.bytes).toBeGreaterThan(0);
  await tab.call('clearCache', 'vectors');
  expect((await tab.call('report')).caches.vectors).toEqual({ entries: 0, bytes: 0 });
});

test('a cache hit takes a fraction of a millisecond', async ({ probe }) => {
  const tab = await probe<Storage>('storage');
  const { hit, key } = await tab.call('hitTimes', 500);
  expect(hit).toBeLessThan(0.1);
  expect(key).toBeLessThan(0.3);
});
