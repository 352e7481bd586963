/** Two workers over one store: what one of them may still open, the other does not sweep away. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import { fakeNetwork } from '../testing/fake-network.ts';
import { folderOf } from '../testing/model-folder.ts';
import { memoryStore, type Store } from './database.ts';
import type { Acquire } from './locks.ts';

const VISION = 'onnx/vision_encoder.onnx';
const base = 'https://page.test/models/m/';
const bytesOf = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

function revision(name: string) {
  const bytes = bytesOf(`the eyes of ${name}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const descriptor: ModelDescriptor = {
    format: 1,
    id: 'm',
    revision: name,
    kind: 'reasoner',
    architecture: 'vision-lm',
    license: 'none',
    source: 'a test',
    sessions: { vision_encoder: { fp32: { path: VISION } } },
    files: { [VISION]: { bytes: bytes.length, sha256 } },
    text: { maxTokens: 8 },
    prompts: {},
  };
  return {
    descriptor,
    bytes,
    answers: { json: [{ bytes: bytesOf(JSON.stringify(descriptor)) }], vision: [{ bytes }] },
  };
}

/** Shared and exclusive locks, first come, first served. */
function lockTable(): Acquire {
  const tables = new Map<string, { held: string[]; waiting: { mode: string; grant: () => void }[] }>();
  return (name, mode, signal) =>
    new Promise((resolve, reject) => {
      const table = tables.get(name) ?? { held: [], waiting: [] };
      tables.set(name, table);
      const next = () => {
        for (let first = table.waiting[0]; first; first = table.waiting[0]) {
          const fits = table.held.length === 0 || (first.mode === 'shared' && table.held[0] === 'shared');
          if (!fits) return;
          table.waiting.shift();
          table.held.push(first.mode);
          first.grant();
        }
      };
      const release = () => {
        table.held.splice(table.held.indexOf(mode), 1);
        next();
      };
      const entry = { mode, grant: () => resolve(release) };
      table.waiting.push(entry);
      signal?.addEventListener('abort', () => {
        const at = table.waiting.indexOf(entry);
        if (at < 0) return;
        table.waiting.splice(at, 1);
        reject(signal.reason);
        next();
      });
      next();
    });
}

/** A worker of one tab, over what all tabs share. */
function tab(shared: { store: Store; acquire: Acquire }, answers: ReturnType<typeof revision>['answers']) {
  const network = fakeNetwork({ [`${base}tte.json`]: answers.json, [base + VISION]: answers.vision });
  return folderOf(base, { network, isOwn: true, ...shared });
}

async function read(folder: Awaited<ReturnType<ReturnType<typeof tab>['open']>>) {
  let text = '';
  for await (const chunk of folder.chunks(VISION, new AbortController().signal))
    text += new TextDecoder().decode(chunk);
  return text;
}

test('a file that another tab opens late stays until that tab is gone', async () => {
  const shared = { store: memoryStore(), acquire: lockTable() };
  const [old, young] = [revision('one'), revision('two')];
  const first = tab(shared, old.answers);
  const folder = await first.open();
  folder.prefetch([], [VISION]);
  await folder.whenPrefetched();

  // The server has a new revision: the second tab finds it, loads it at its next load, and sweeps.
  old.answers.vision[0] = { bytes: young.bytes };
  const second = tab(shared, young.answers);
  await (await second.open()).whenPrefetched();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const fresh = await second.open();
  expect(fresh.descriptor.revision).toBe('two');
  await second.storage.sweep();
  expect(await read(folder)).toBe('the eyes of one');

  await first.storage.close();
  await second.storage.sweep();
  const stored = await shared.store.keys('file/');
  expect(stored.some((key) => key.includes(old.descriptor.files[VISION]?.sha256 ?? '?'))).toBe(false);
  expect(await read(fresh)).toBe('the eyes of two');
});

test('a model that is deleted by name is gone at once, even while in use', async () => {
  const shared = { store: memoryStore(), acquire: lockTable() };
  const first = tab(shared, revision('one').answers);
  const folder = await first.open();
  folder.prefetch([], [VISION]);
  await folder.whenPrefetched();
  await tab(shared, revision('one').answers).storage.deleteModel('m');
  expect(await shared.store.keys('file/')).toEqual([]);
  expect(await read(folder)).toBe('the eyes of one'); // fetched again
});
