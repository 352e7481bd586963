/**
 * `npm run eval:long`: measures search in long documents, which are passages of the text collections joined at random. It compares one
 * vector for each document, of its beginning, with the default, one vector for each passage. Words count in both cases. Besides nDCG@10 it
 * reports how often the passage that a hit shows belongs to a part that answers the question.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../scripts/command-line.ts';
import type { IndexItem } from '../../src/client/index-types.ts';
import { existingFolder, wholeNumber } from '../../src/node/arguments.ts';
import { createEmbedder } from '../../src/node/index.ts';
import { mean } from '../../workers/statistics.ts';
import { score } from '../metrics.ts';
import { createRandom } from '../random.ts';
import { collections, type Retrieval } from '../retrieval.ts';

/** Between two parts of a document. */
const JOINT = '\n\n';

interface LongDocument {
  id: string;
  text: string;
  /** Ids of its parts and where they begin, in order. */
  parts: readonly { id: string; at: number }[];
}

const { values } = commandLine({
  usage: `Usage: npm run eval:long [-- options]

Compares search in long documents with one vector for each document and with one for each passage, in Node. The documents are joined
from the texts of a collection.

  --data DIR          text collections in the layout of BEIR (default: the passages of eval/text-think)
  --model NAME        preset, hub id or folder (default pico)
  --joined COUNT      number of texts that make up a document (default 10)
  --documents COUNT   maximum number of documents (default 1000)
  --seed N            seed of the order of the texts (default 1)
`,
  options: {
    data: { type: 'string', check: existingFolder },
    model: { type: 'string' },
    joined: { type: 'string', default: '10', check: wholeNumber(1) },
    documents: { type: 'string', default: '1000', check: wholeNumber(1) },
    seed: { type: 'string', default: '1', check: wholeNumber(0) },
  },
});
const dataDir = mkdtempSync(join(tmpdir(), 'tte-long-'));
const tte = await createEmbedder({
  ...(values.model && { model: { embedder: values.model, reasoner: null } }),
  dataDir,
});
try {
  for (const collection of collections(values.data)) {
    const documents = joined(collection, Number(values.joined), Number(values.seed)).slice(
      0,
      Number(values.documents),
    );
    const texts = documents.map(({ id, text }) => ({ id, text }));
    const embedded = await tte.embedMany(
      texts.map(({ text }) => ({ text })),
      { role: 'document' },
    );
    const beginnings = texts.map((item, i) => ({ ...item, vector: embedded[i]?.vector as Float32Array }));
    const name = collection.name || 'own';
    console.log(`${name}: ${documents.length} documents, ${collection.queries.length} questions`);
    await measure(`${name}, beginnings`, beginnings, collection, documents);
    await measure(`${name}, passages`, texts, collection, documents);
  }
} finally {
  await tte.dispose();
  rmSync(dataDir, { recursive: true });
}

function joined({ corpus }: Retrieval, count: number, seed: number): LongDocument[] {
  const shuffled = createRandom(seed, 'long texts').sample(corpus, corpus.length);
  const documents: LongDocument[] = [];
  for (let from = 0; from < shuffled.length; from += count) {
    const some = shuffled.slice(from, from + count);
    let text = '';
    const parts = some.map(({ id, text: part }) => {
      if (text !== '') text += JOINT;
      const at = text.length;
      text += part;
      return { id, at };
    });
    documents.push({ id: String(documents.length), text, parts });
  }
  return documents;
}

async function measure(
  what: string,
  items: readonly IndexItem[],
  { queries, grades }: Retrieval,
  documents: readonly LongDocument[],
): Promise<void> {
  const began = performance.now();
  const index = await tte.openIndex(what);
  await index.add(items);
  console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(0)} s to add`);
  for (const hybrid of [false, true]) {
    const gains: number[] = [];
    let [shown, right] = [0, 0];
    for (const { id, text } of queries) {
      const graded = grades.get(id) ?? new Map<string, number>();
      const gradeOf = (part: string) => graded.get(part) ?? 0;
      const relevant = new Map(
        documents.map(({ parts }, i) => [i, Math.max(0, ...parts.map((part) => gradeOf(part.id)))]),
      );
      if ([...relevant.values()].every((grade) => grade === 0)) continue;
      const { hits } = await index.search({ text }, { hybrid, think: 'never', topK: 10 });
      const found = hits.map((hit) => Number(hit.id));
      gains.push(score('nDCG@10', found, relevant));
      for (const [i, { passage }] of hits.entries()) {
        const document = documents[found[i] as number] as LongDocument;
        if (passage === null || relevant.get(found[i] as number) === 0) continue;
        shown++;
        if (partsIn(document, passage).some((part) => gradeOf(part) > 0)) right++;
      }
    }
    const words = hybrid ? 'with words' : 'vectors alone';
    const passages = shown > 0 ? `, ${right} of ${shown} passages shown are of a relevant part` : '';
    console.log(
      `${what}, ${words}: nDCG@10 ${mean(gains).toFixed(1)} (${gains.length} questions)${passages}`,
    );
  }
}

function partsIn({ text, parts }: LongDocument, { start, end }: { start: number; end: number }): string[] {
  return parts.flatMap(({ id, at }, i) =>
    at < end && (parts[i + 1]?.at ?? text.length) > start ? [id] : [],
  );
}
