/** A model that is a package of its own, packed and installed as npm does it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { MODEL_PACKAGES, writeModelPackage } from '../../scripts/build/model-package.ts';
import { cosine } from '../../workers/embedder/vector.ts';
import type { PackagedModel } from '../index.ts';
import { createEmbedder } from './index.ts';

const work = mkdtempSync(join(tmpdir(), 'tte-packaged-'));
afterAll(() => rmSync(work, { recursive: true }));
const dataDir = join(work, 'data');

const [picoS] = MODEL_PACKAGES;

/** Without a registry: the package asks for nothing but its peer. */
function install(folder: string): string {
  const npm = (args: readonly string[], cwd: string) => execFileSync('npm', args, { cwd, encoding: 'utf8' });
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', work], folder));
  const app = join(work, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  npm(['install', '--offline', '--legacy-peer-deps', '--no-audit', join(work, packed.filename)], app);
  return createRequire(join(app, 'package.json')).resolve(packed.name);
}

test('an installed model embeds with the trace of its reasoner, and without its files it says what to do', async () => {
  if (!picoS) throw new Error('no packages');
  const entry = install(writeModelPackage(picoS, work));
  const { picoS: model }: { picoS: PackagedModel } = await import(
    /* @vite-ignore */ pathToFileURL(entry).href
  );
  const tte = await createEmbedder({ dataDir, model });
  expect(tte.info).toMatchObject({
    system: 'separate',
    embedder: { id: 'pico-s' },
    reasoner: { id: 'pico' },
  });
  const { golden } = JSON.parse(readFileSync('public/models/pico-s/tte.json', 'utf8'));
  const texts = golden.filter(({ input }: { input: { image?: string } }) => input.image === undefined);
  expect(texts.length).toBeGreaterThan(0);
  for (const { input, vector, minCosine } of texts) {
    const { role = 'document', ...rest } = input;
    const found = await tte.embed(rest, { think: 'never', role });
    expect(cosine(found.vector, vector)).toBeGreaterThanOrEqual(minCosine);
  }
  await tte.dispose();

  const urls = Object.fromEntries(
    Object.keys(model.urls).map((path) => [path, pathToFileURL(join(work, 'none', path)).href]),
  );
  await expect(createEmbedder({ dataDir, model: { ...model, urls } })).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.stringContaining('a package of its own'),
  });
  const bad = { ...model, texts: {} };
  await expect(createEmbedder({ dataDir, model: bad })).rejects.toMatchObject({ code: 'invalid-input' });
});
