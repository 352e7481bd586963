/** Stages of a search: when a thought follows, and what its words are worth. */
import { expect, test } from 'vitest';
import type { Metadata, SearchResult, Understood } from '../../src/shared/index-types.ts';
import type { ThinkMode } from '../../src/shared/types.ts';
import { normalize } from '../embedder/vector.ts';
import type { Engine, embedOne } from '../pipeline/engine.ts';
import { type Input, textInput } from '../pipeline/input.ts';
import { memoryStore } from '../storage/database.ts';
import { DIMENSIONS, item, space, world } from '../testing/collections.ts';
import { seeded } from './random.ts';
import { search } from './searching.ts';
import { createWordsSync } from './words/words-sync.ts';

/** Vectors follow from the text, and from the trace where there is one. */
const vectorOf = (text: string) => {
  const random = seeded([...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  return normalize(Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5));
};

function engineOf(mayKnowAnswers: boolean, answer = 'baker'): Engine & { asked: ThinkMode[] } {
  const asked: ThinkMode[] = [];
  return {
    asked,
    mayKnowAnswers,
    manifest: async () => space(),
    decide: async (_input, { think }) => ({ mode: think === 'auto' ? 'never' : think, reason: 'as asked' }),
    async embedMany([input], { think }, _call, onDone) {
      asked.push(think);
      const { text } = input as Input;
      const trace = think === 'never' ? null : { text: answer, answer };
      const thinkDecision = { mode: think, reason: 'as asked' };
      const value = { vector: vectorOf(trace ? `${text} ${answer}` : text), trace, thinkDecision };
      onDone(0, { value: value as Awaited<ReturnType<typeof embedOne>> });
    },
  } as Partial<Engine> as Engine & { asked: ThinkMode[] };
}

async function stages(text: string, engine: Engine, think: ThinkMode = 'auto'): Promise<SearchResult[]> {
  const store = memoryStore();
  const tab = await world(store).tab();
  const texts = [
    'a baker makes bread before sunrise',
    'bees live in a hive',
    'the moon pulls the sea',
    'owls turn their heads',
  ];
  await tab.append(texts.map((text, i) => ({ ...item(`${i}`), text, vector: vectorOf(text) })));
  const results: SearchResult[] = [];
  const query = { input: textInput(text), vector: null, like: [], unlike: [], understood: null };
  await search(
    query,
    { topK: 4, think, hybrid: true, answer: false, understand: false, locale: 'en-GB' },
    {
      collection: tab.collection,
      demand: async () => space(),
      wordsSync: createWordsSync(store, tab.collection),
      engine,
      call: { request: 1, signal: new AbortController().signal, onTrace: () => {} },
      onResult: (result) => results.push(result),
    },
  );
  return results;
}

test('auto: a language model answers a short question of which no item has many words', async () => {
  const engine = engineOf(true);
  const [quick, reasoned] = await stages('Who fills the ovens in a town?', engine);
  expect(quick).toMatchObject({ stage: 'quick', final: false });
  expect(reasoned).toMatchObject({ stage: 'reasoned', final: true, thinkDecision: { mode: 'answer' } });
  expect(reasoned!.thinkDecision.reason).toMatch(/no item has many of its words/);
  expect(engine.asked).toEqual(['never', 'answer']);
});

test.each([
  ['a question that an item has the words of', 'What do bees live in?', true],
  ['a description', 'people who fill ovens', true],
  ['a reasoner that only names what it sees', 'Who fills the ovens in a town?', false],
])('auto: silent for %s', async (_what, text, mayKnowAnswers) => {
  const engine = engineOf(mayKnowAnswers);
  const results = await stages(text, engine);
  expect(results.map(({ stage, final }) => [stage, final])).toEqual([['quick', true]]);
  expect(engine.asked).toEqual(['never']);
});

test('words of a thought are no words of the query', async () => {
  const [, reasoned] = await stages('the moon', engineOf(true), 'answer');
  const termsOf = (id: string) => reasoned!.hits.find((hit) => hit.id === id)!.terms;
  expect(termsOf('2')).toEqual(['the', 'moon']);
  expect(termsOf('0')).toEqual([]);
});

/** Searches without a model, by words. */
async function asking(items: readonly { text: string; metadata: Metadata }[]) {
  const store = memoryStore();
  const tab = await world(store).tab();
  await tab.append(items.map(({ text, metadata }, i) => ({ ...item(`${i}`, metadata), text })));
  return async (text: string, understood: Understood | null, understand: boolean) => {
    const results: SearchResult[] = [];
    const query = { input: textInput(text), vector: null, like: [], unlike: [], understood };
    const context = {
      ...{ collection: tab.collection, demand: async () => space(), engine: null },
      wordsSync: createWordsSync(store, tab.collection),
      call: { request: 1, signal: new AbortController().signal, onTrace: () => {} },
      onResult: (result: SearchResult) => results.push(result),
    };
    await search(
      query,
      { topK: 4, think: 'never', hybrid: true, answer: false, understand, locale: 'en-GB' },
      context,
    );
    const [{ hits, understood: taken }] = results as [SearchResult];
    return { hits, ids: hits.map(({ id }) => id), taken };
  };
}

test('a question is taken apart before it is searched for, and searched for as it was edited', async () => {
  const kinds = ['pdf', 'text', 'text'];
  const texts = ['bees live in a hive', 'bees dance', 'bees sting and live in a hive'];
  const ask = await asking(texts.map((text, i) => ({ text, metadata: { kind: kinds[i] as string } })));
  const { ids, taken } = await ask('notes about bees in a hive, not stinging or sting', null, true);
  expect(taken).toMatchObject({
    text: 'bees in a hive',
    not: ['stinging', 'sting'],
    where: { kind: 'text' },
  });
  expect(ids).toEqual(['1', '2']); // the one that stings has more of the words
  const edited = { ...(taken as Understood), not: [], where: {} };
  expect((await ask('', edited, true)).ids).toEqual(['0', '2', '1']);
  expect((await ask('notes about bees in a hive, not sting', null, false)).taken).toBeNull();
});

test('hits that are about the text come in the order that is asked for; without a text, all items do', async () => {
  const ask = await asking([
    { text: 'a kettle of steel', metadata: { price: 40, kind: 'text' } },
    { text: 'a kettle of glass', metadata: { price: 20, kind: 'text' } },
    { text: 'a spoon', metadata: { price: 1, kind: 'text' } },
    { text: 'a kettle without a price', metadata: { kind: 'text' } },
    { text: 'the kettle catalogue', metadata: { price: 5, kind: 'pdf' } },
  ]);
  const cheapest = await ask('cheapest kettle', null, true);
  expect(cheapest.taken).toMatchObject({ text: 'kettle', sort: { field: 'price', direction: 'asc' } });
  expect(cheapest.ids).toEqual(['4', '1', '0', '3']);
  expect(cheapest.hits[0]?.why).toMatch(/^Price 5; .*“kettle”/);
  const all = await ask('most expensive things', null, true);
  expect(all.taken).toMatchObject({ text: '' });
  expect(all.ids).toEqual(['0', '1', '4', '2']);
  expect(all.hits[0]).toMatchObject({ why: 'Price 40.', score: 0, scores: { vector: null, text: null } });
  const unordered = { ...(all.taken as Understood), where: { kind: 'text' }, sort: null };
  expect((await ask('', unordered, true)).ids).toEqual(['0', '1', '2', '3']);
  const without = { ...(all.taken as Understood), not: ['steel'] };
  expect((await ask('', without, true)).ids).toEqual(['1', '4', '2', '3']);
});
