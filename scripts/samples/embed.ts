/**
 * Computes the vectors of the demo's sample collection with the built-in model, as an index with `think: 'auto'` would:
 * `node scripts/run.mjs scripts/samples/embed.ts` rewrites public/samples/embedded.json. To be run again where a sample or the model's
 * space changes; `embedded.test.ts` says so.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Embedded,
  noteItem,
  packVector,
  pictureItem,
  type Sample,
  type SampleItem,
} from '../../demo/ingest/sample-items.ts';
import { createEmbedder } from '../../src/node/index.ts';
import { commandLine } from '../command-line.ts';
import { root } from '../paths.ts';
import { contentOf, hashOf } from './content.ts';

commandLine({
  usage: 'Usage: node scripts/run.mjs scripts/samples/embed.ts\n\nRewrites public/samples/embedded.json.',
});
const folder = join(root, 'public/samples');
const sample = JSON.parse(readFileSync(join(folder, 'collection.json'), 'utf8')) as Sample;
const dataDir = mkdtempSync(join(tmpdir(), 'tte-samples-'));
const embedder = await createEmbedder({ dataDir });
const items: Record<string, Embedded['items'][string]> = {};
let space = '';

async function embed(item: SampleItem): Promise<void> {
  const content = contentOf(item);
  const embedding = await embedder.embed(content, { think: 'auto', role: 'document' });
  space = embedding.space;
  const trace = embedding.trace?.text ?? null;
  items[item.id] = { of: hashOf(content), vector: packVector(embedding.vector), trace };
}

for (const note of sample.notes) await embed(noteItem(sample, note));
for (const picture of sample.pictures) await embed(pictureItem(sample, picture));
await embedder.dispose();
rmSync(dataDir, { recursive: true });
writeFileSync(join(folder, 'embedded.json'), `${JSON.stringify({ space, items }, null, 1)}\n`);
