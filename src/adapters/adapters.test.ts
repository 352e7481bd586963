/** Each adapter with the real client that it is made for, using pico in Node. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Document, type DocumentInterface } from '@langchain/core/documents';
import { create, insert, insertMultiple, search, update } from '@orama/orama';
import { embed, embedMany } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Embedder } from '../client/types.ts';
import { cosineSimilarity } from '../client/vectors.ts';
import { createEmbedder } from '../node/index.ts';
import { embeddingModel } from './ai-sdk.ts';
import { ThinkThenEmbedEmbeddings, ThinkThenEmbedVectorStore } from './langchain.ts';
import { ThinkThenEmbedEmbedding } from './llamaindex.ts';
import { openAiClient, openAiFetch } from './openai.ts';
import { oramaPlugin } from './orama.ts';

const BEES = 'Bees live in hives and make honey.';
const RENT = 'The rent is due on the first of each month.';
const WHALES = 'Whales are mammals that live in the sea.';

const dataDir = mkdtempSync(join(tmpdir(), 'adapters-'));
let embedder: Embedder;
beforeAll(async () => {
  embedder = await createEmbedder({ dataDir });
}, 60_000);
afterAll(async () => {
  await embedder.dispose();
  rmSync(dataDir, { recursive: true, force: true });
});

const plain = async (text: string, role: 'query' | 'document' = 'query') =>
  Array.from((await embedder.embed(text, { think: 'never', role })).vector);

test('AI SDK: embed and embedMany return the embedder’s vectors, usage, space and traces', async () => {
  const model = embeddingModel(embedder, { think: 'never' });
  const one = await embed({ model, value: BEES });
  expect(one.embedding).toEqual(await plain(BEES));
  expect(one.usage.tokens).toBeGreaterThan(3);
  const { space } = await embedder.embed(BEES, { think: 'never' });
  expect(one.providerMetadata?.thinkThenEmbed).toEqual({ space, traces: [null] });

  const many = await embedMany({ model, values: [BEES, RENT, WHALES] });
  expect(many.embeddings).toHaveLength(3);
  expect(many.embeddings[2]).toEqual(await plain(WHALES));

  const short = await embed({ model, value: BEES, providerOptions: { thinkThenEmbed: { dimensions: 128 } } });
  expect(short.embedding).toHaveLength(128);
  await expect(
    embed({ model, value: BEES, maxRetries: 0, providerOptions: { thinkThenEmbed: { dimensions: 7 } } }),
  ).rejects.toThrow(/dimensions/);
  await expect(embed({ model, value: BEES, abortSignal: AbortSignal.abort() })).rejects.toThrow();
});

test('OpenAI: the real SDK with the embedder as fetch: floats, base64, models, errors', async () => {
  const client = new OpenAI({
    apiKey: 'none',
    baseURL: 'http://in.the.page/v1',
    maxRetries: 0,
    fetch: openAiFetch(embedder, { think: 'never' }),
  });
  const answer = await client.embeddings.create({ model: 'pico', input: [BEES, RENT] }); // asks for base64 itself
  expect(answer.data.map(({ index }) => index)).toEqual([0, 1]);
  expect(cosineSimilarity(answer.data[0]?.embedding ?? [], await plain(BEES))).toBeCloseTo(1, 6);
  const floats = await client.embeddings.create({ model: 'x', input: BEES, encoding_format: 'float' });
  expect(floats.data[0]?.embedding).toEqual(await plain(BEES));
  const fresh = await client.embeddings.create({ model: 'x', input: 'words not embedded before' });
  expect(fresh.usage.total_tokens).toBeGreaterThan(3);
  expect((await client.models.list()).data[0]?.id).toBe('pico');
  await expect(client.embeddings.create({ model: 'x', input: [1, 2] })).rejects.toMatchObject({
    status: 400,
  });
  await expect(
    client.chat.completions.create({ model: 'x', messages: [{ role: 'user', content: 'hi' }] }),
  ).rejects.toMatchObject({ status: 404 });
  const { data } = await openAiClient(embedder, { think: 'never' }).embeddings.create({ input: BEES });
  expect(data[0]?.embedding).toEqual(await plain(BEES));
});

test('LlamaIndex: texts have role document, queries role query', async () => {
  const model = new ThinkThenEmbedEmbedding({ embedder, think: 'never' });
  expect(await model.getTextEmbedding(BEES)).toEqual(await plain(BEES, 'document'));
  const batch = await model.getTextEmbeddingsBatch([BEES, RENT, WHALES]);
  expect(batch[1]).toEqual(await plain(RENT, 'document'));
  expect(await model.getQueryEmbedding({ type: 'text', text: 'honey' })).toEqual(await plain('honey'));
  expect(model.similarity(batch[0] ?? [], batch[0] ?? [])).toBeCloseTo(1, 5);
});

test('Orama: documents are embedded on insert and update, terms in vector and hybrid searches', async () => {
  const db = create({
    schema: { text: 'string', embedding: 'vector[384]' } as const,
    plugins: [oramaPlugin({ embedder, textProperties: ['text'], think: 'never' })],
  });
  const rent = await insert(db, { text: RENT });
  await insertMultiple(db, [{ text: BEES }, { text: WHALES }]);
  const ask = async (term: string, mode: 'vector' | 'hybrid') =>
    (await search(db, { term, mode, similarity: 0 })).hits.map(({ document }) => document.text);
  expect((await ask('insects that produce something sweet', 'vector'))[0]).toBe(BEES);
  expect((await ask('animals of the ocean', 'hybrid'))[0]).toBe(WHALES);
  await update(db, rent, { text: 'Snow falls in winter.' });
  expect((await ask('cold season', 'vector'))[0]).toBe('Snow falls in winter.');
});

test('LangChain: a vector store over an index, as a retriever in a chain', async () => {
  const embeddings = new ThinkThenEmbedEmbeddings({ embedder, think: 'never' });
  expect(await embeddings.embedQuery('honey')).toEqual(await plain('honey'));
  expect((await embeddings.embedDocuments([BEES]))[0]).toEqual(await plain(BEES, 'document'));

  const store = new ThinkThenEmbedVectorStore(embeddings, await embedder.openIndex('langchain'), {
    think: 'never',
  });
  const documents = [
    new Document({ id: 'bees', pageContent: BEES, metadata: { topic: 'animals' } }),
    new Document({ id: 'whales', pageContent: WHALES, metadata: { topic: 'animals' } }),
    new Document({ pageContent: RENT, metadata: { topic: 'home' } }),
  ];
  const ids = await store.addDocuments(documents);
  expect(ids.slice(0, 2)).toEqual(['bees', 'whales']);
  const [[best, score] = []] = await store.similaritySearchWithScore('insects that make something sweet', 1);
  expect(best).toMatchObject({ id: 'bees', pageContent: BEES, metadata: { topic: 'animals' } });
  const cosine = cosineSimilarity(await plain('insects that make something sweet'), await plain(BEES));
  expect(score).toBeGreaterThan(cosine); // it has words of the query
  const filtered = await store.similaritySearch('what is due', 5, { topic: 'animals' });
  expect(filtered.map(({ id }) => id).toSorted()).toEqual(['bees', 'whales']);

  const chain = store
    .asRetriever({ k: 1, filter: { topic: 'animals' } })
    .pipe((found: DocumentInterface[]) => found.map(({ pageContent }) => pageContent).join('\n'));
  expect(await chain.invoke('animals of the ocean')).toBe(WHALES);

  const diverse = await store.maxMarginalRelevanceSearch('animals', { k: 2, fetchK: 3 });
  expect(new Set(diverse.map(({ id }) => id)).size).toBe(2);
  await store.addVectors(
    [await plain('snow in winter', 'document')],
    [new Document({ id: 'snow', pageContent: '' })],
  );
  expect((await store.similaritySearchVectorWithScore(await plain('snow in winter'), 1))[0]?.[0].id).toBe(
    'snow',
  );
  await store.delete({ ids: ['snow'] });
  await store.delete({ filter: { topic: 'home' } });
  expect((await store.similaritySearch('anything', 9)).map(({ id }) => id).toSorted()).toEqual([
    'bees',
    'whales',
  ]);
});
