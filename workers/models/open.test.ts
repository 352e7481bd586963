/** Stored metadata of a folder, and when it is fetched again. */
import { expect, test, vi } from 'vitest';
import type { ModelMetadata } from '../storage/model-metadata.ts';
import { fakeNetwork } from '../testing/fake-network.ts';
import { folderOf } from '../testing/model-folder.ts';
import { DERIVATION } from './derive.ts';

const base = 'https://models.test/bert/';
const bytes = (json: object) => [
  { bytes: new TextEncoder().encode(JSON.stringify(json)) as Uint8Array<ArrayBuffer> },
];
const config = { model_type: 'bert', architectures: ['BertModel'], hidden_size: 8 };

async function visit(stored: Partial<ModelMetadata> | null, online: boolean) {
  const network = fakeNetwork(
    online
      ? {
          [`${base}config.json`]: bytes(config),
          [`${base}1_Pooling/config.json`]: bytes({ pooling_mode_cls_token: true }),
          [`${base}onnx/model.onnx`]: bytes({}),
        }
      : { [`${base}tte.json`]: [{ bytes: new Uint8Array(0), status: 503 }] },
  );
  const { storage, open } = folderOf(base, { network, isOwn: false });
  if (stored) await storage.modelMetadata.put({ url: base, base, absent: [], ...stored } as ModelMetadata);
  const { descriptor } = await open();
  return { pooling: descriptor.embedding?.pooling, requests: network.requests.length };
}

const derived = {
  knowledge: 'probe' as const,
  descriptor: {
    format: 1 as const,
    id: 'bert',
    revision: 'derived-1',
    kind: 'embedder' as const,
    architecture: 'text-encoder' as const,
    license: 'unknown',
    source: '',
    sessions: {},
    files: {},
    text: { maxTokens: 8 },
    prompts: {},
    embedding: { dimensions: 8, pooling: 'mean' as const },
  },
};

test('a descriptor derived by an earlier version is derived again once', async () => {
  expect(await visit(derived, true)).toMatchObject({ pooling: 'cls' });
  expect(await visit({ ...derived, derivation: DERIVATION }, true)).toEqual({ pooling: 'mean', requests: 0 });
});

test('without the network a descriptor derived by an earlier version is used', async () => {
  vi.useFakeTimers();
  vi.setTimerTickMode('nextTimerAsync');
  expect(await visit(derived, false)).toMatchObject({ pooling: 'mean' });
  await expect(visit(null, false)).rejects.toMatchObject({ code: 'download-failed' });
});

const html = (type: string) => ({
  bytes: new TextEncoder().encode('<!doctype html><title>App</title>') as Uint8Array<ArrayBuffer>,
  headers: { 'Content-Type': type },
});

test('a host that sends its page for everything has no model, and is told what to copy', async () => {
  const paths = ['tte.json', 'config.json'].map((path) => [`${base}${path}`, [html('application/json')]]);
  const { open } = folderOf(base, { network: fakeNetwork(Object.fromEntries(paths)), isOwn: true });
  await expect(open()).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.stringMatching(/https:\/\/models\.test\/bert\/ has neither .* Copy the whole folder/),
  });
});

test('a file that exists is not taken to be absent for good because a page came once in its place', async () => {
  const listed = { ...derived.descriptor, files: { 'tokenizer_config.json': { bytes: 7 } } };
  const network = fakeNetwork({
    [`${base}tokenizer_config.json`]: [html('application/json'), ...bytes({ a: 1 })],
  });
  const { storage, open } = folderOf(base, { network, isOwn: false });
  await storage.modelMetadata.put({
    url: base,
    base,
    absent: [],
    descriptor: listed,
    knowledge: 'descriptor',
  } as unknown as ModelMetadata);
  await expect((await open()).json('tokenizer_config.json')).rejects.toMatchObject({
    code: 'model-not-found',
  });
  expect(await (await open()).json('tokenizer_config.json')).toEqual({ a: 1 });
});
