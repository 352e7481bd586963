/** Times searches by vector and words together in a stored index that is opened again, and taking questions apart; without embedding. */
import { serve } from '../../e2e/harness/rpc.worker.ts';
import { normalize } from '../../workers/embedder/vector.ts';
import { Collection } from '../../workers/index/collection.ts';
import { readQuestion } from '../../workers/index/question/read-question.ts';
import { untouched } from '../../workers/index/question/understand.ts';
import { rank, rowsWith } from '../../workers/index/ranking.ts';
import { packRows } from '../../workers/index/rows.ts';
import { dropIndex } from '../../workers/index/segments.ts';
import { createWordsSync } from '../../workers/index/words/words-sync.ts';
import { indexedDbStore } from '../../workers/platform/browser/indexed-db.ts';
import { acquireLock } from '../../workers/platform/browser/web-locks.ts';
import type { SearchRow } from '../row.ts';
import { createTexts } from '../texts.ts';

export interface HybridTask {
  name: string;
  size: number;
  dimensions: number;
  queries: number;
  /** Sentences; items are made of five of them, queries are of eight words of one. */
  sentences: readonly string[];
}

const SENTENCES = 5;
const WORDS = 8;
const CHUNK = 8192;
const QUESTIONS = {
  'a question without conditions': 'boats at the pier in the fog',
  'a question with three conditions': 'pdf about boats from 2024 under 50 euros, not tagged urgent',
  'the cheapest of something': 'cheapest boat',
};

export async function measure({
  name,
  size,
  dimensions,
  queries,
  sentences,
}: HybridTask): Promise<SearchRow[]> {
  const { random } = createTexts(size);
  const below = (most: number) => Math.floor(random() * most);
  const pick = <T>(values: readonly T[]) => values[below(values.length)] as T;
  const vector = () =>
    normalize(Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5));
  const store = indexedDbStore('think-then-embed/indexes');
  const space = spaceOf(dimensions);
  const demand = async () => space;
  const start = () => new Collection({ store, name, acquire: acquireLock, announce: () => {} });
  await dropIndex(store, name);
  const writer = start();
  await writer.create(demand);
  let began = performance.now();
  for (let from = 0; from < size; from += CHUNK) {
    const rows = Array.from({ length: Math.min(CHUNK, size - from) }, (_, i) => from + i);
    const items = rows.map((i) => ({
      id: `item ${i}`,
      text: Array.from({ length: SENTENCES }, () => pick(sentences)).join(' '),
      metadata: {
        kind: pick(['pdf', 'image', 'text']),
        date: `20${15 + below(11)}-0${1 + below(9)}-${10 + below(18)}`,
        price: below(1000),
        author: `Author ${below(100)}`,
        tags: [pick(['urgent', 'paid', 'family', 'work'])],
        size: below(1e7),
      },
      ...{ trace: null, contentHash: `${i}`, addedAt: 0, thumbnail: null },
    }));
    await writer.change(demand, async () => ({
      items,
      rows: packRows(rows.map(vector), dimensions),
      removed: [],
    }));
  }
  const build = performance.now() - began;

  const collection = start(); // as at another visit: nothing is in memory
  const words = createWordsSync(store, collection);
  await collection.read(demand, async (state) => (await state.table.vectors()).size);
  const timed = async (work: (i: number) => Promise<unknown>, count: number) => {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      began = performance.now();
      await work(i);
      times.push(performance.now() - began);
    }
    return times;
  };
  const rows: SearchRow[] = [];
  const keep = (engine: string, [first = 0, ...times]: number[]) => {
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(share * (times.length - 1))] as number;
    const figures = { best: at(0), p50: at(0.5), p95: at(0.95) };
    rows.push({
      name,
      size,
      dims: dimensions,
      engine,
      ...figures,
      recall: null,
      build,
      open: first,
      bytes: null,
    });
  };
  const options = { topK: 10, think: 'never' as const, answer: false, understand: false, locale: 'en-GB' };
  for (const [engine, hybrid] of [
    ['vector alone', false],
    ['vector and words', true],
  ] as const) {
    const times = await timed(() => {
      const text = pick(sentences).split(' ').slice(0, WORDS).join(' ');
      const query = {
        vector: vector(),
        text,
        ownText: text,
        trace: null,
        examples: [],
        understood: untouched(text),
      };
      return collection.read(demand, (state) => rank(state, words, query, { ...options, hybrid }));
    }, queries);
    keep(engine, times);
  }
  for (const [engine, text] of Object.entries(QUESTIONS)) {
    const ask = () =>
      collection.read(demand, (state) =>
        readQuestion(state, text, {
          where: undefined,
          locale: 'en-GB',
          now: new Date(),
          rowsWith: rowsWith(state, words),
        }),
      );
    keep(engine, await timed(ask, queries));
  }
  await dropIndex(store, name);
  return rows;
}

const spaceOf = (dimensions: number) => ({
  ...{ format: 1 as const, space: 'bench', dimensions, metric: 'cosine' as const, normalised: true as const },
  ...{
    embedder: { id: 'bench', revision: '1', dtype: 'fp32' },
    prompts: null,
    think: 'never' as const,
    reasoner: null,
  },
});

serve({ measure });
