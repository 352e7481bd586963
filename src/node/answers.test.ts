/** Answers from a context, through the whole package in Node: `think` with `context`, `search` with `answer`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { CustomEmbedder, Embedder, ReasonerFunction, ReasonerInput } from '../client/types.ts';
import type { SearchResult } from '../shared/index-types.ts';
import { createEmbedder, type NodeEmbedderOptions } from './index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tte-answers-'));
afterAll(() => rmSync(dataDir, { recursive: true }));
const open: Embedder[] = [];
afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.dispose();
});

const FIXTURES = './e2e/fixtures/models/';
const code = (expected: string, message = /./) =>
  expect.objectContaining({ code: expected, message: expect.stringMatching(message) });

async function using(model: NonNullable<NodeEmbedderOptions['model']>): Promise<Embedder> {
  const tte = await createEmbedder({ dataDir, model });
  open.push(tte);
  return tte;
}

/** Counts of each letter. */
const letters: CustomEmbedder = {
  id: 'letters',
  leavesThePage: false,
  embedTexts: async (texts) =>
    texts.map((text) =>
      Array.from(
        { length: 26 },
        (_, i) => 0.01 + text.toLowerCase().split(String.fromCharCode(97 + i)).length,
      ),
    ),
};

let written = 0;
/** A reasoner function that says `says`, with an id of its own. */
function reader(says: string | ((input: ReasonerInput) => string)) {
  const read = vi.fn<ReasonerFunction>(async (input, { onToken }) => {
    const text = typeof says === 'string' ? says : says(input);
    onToken(text);
    return text;
  });
  return Object.assign(read, { id: `reader-${++written}` });
}

const notes = {
  bees: 'Bees live in a hive and make honey.',
  rent: 'The rent is 980 euros since July.',
  train: 'The train to Basel leaves at 7:42.',
};

async function withNotes(reasoner: ReasonerFunction | string | null) {
  const tte = await using({ embedder: letters, reasoner });
  const name = `notes-${++written}`;
  const index = await tte.openIndex(name);
  await index.add(Object.entries(notes).map(([id, text]) => ({ id, text })));
  return { tte, index };
}

test('a reasoner function reads the context, and the answer names the passages it was drawn from', async () => {
  const read = reader('It is 980 euros.');
  const tte = await using({ embedder: letters, reasoner: read });
  const context = Object.values(notes);
  const deltas: string[] = [];
  const trace = await tte.think('How high is the rent?', { context, onTrace: (delta) => deltas.push(delta) });
  expect(trace).toMatchObject({ answer: 'It is 980 euros.', drawnFrom: [1], source: 'external' });
  expect(deltas.join('')).toBe('It is 980 euros.');
  expect(read.mock.calls[0]?.[0]).toEqual({
    images: [],
    text: 'How high is the rent?',
    instruction: '',
    context,
  });
  expect(read.mock.calls[0]?.[1].mode).toBe('answer');
  expect(tte.info.canAnswer).toBe(true);
});

test('what no passage says is no answer', async () => {
  const tte = await using({ embedder: letters, reasoner: reader('It is 700 euros.') });
  expect(await tte.think('How high is the rent?', { context: Object.values(notes) })).toBeNull();
});

test('answers are cached for their context, and not as thoughts without one', async () => {
  const read = reader(({ context }) => (context ? 'In a hive.' : 'Bees live in meadows.'));
  const tte = await using({ embedder: letters, reasoner: read });
  const ask = (context?: string[]) =>
    tte.think('Where do bees live?', { think: 'answer', ...(context && { context }) });
  expect(await ask()).toMatchObject({ answer: 'Bees live in meadows.' });
  expect(await ask([notes.bees])).toMatchObject({ answer: 'In a hive.' });
  await ask([notes.bees]);
  await ask();
  expect(read).toHaveBeenCalledTimes(2);
  await ask([notes.bees, notes.rent]);
  expect(read).toHaveBeenCalledTimes(3);
});

test('a context without a word is not read', async () => {
  const read = reader('From memory.');
  const tte = await using({ embedder: letters, reasoner: read });
  expect(await tte.think('Where?', { context: [] })).toBeNull();
  expect(await tte.think('Where?', { context: [' ', ''] })).toBeNull();
  expect(read).not.toHaveBeenCalled();
});

test('a language model writes an answer from as much of a context as its window holds; aborting ends it', async () => {
  const tte = await using({ embedder: letters, reasoner: `${FIXTURES}tiny-llama/` });
  expect(tte.info.canAnswer).toBe(true);
  const context = Array.from(
    { length: 60 },
    (_, i) => `Passage ${i} is about the number ${i} and nothing else.`,
  );
  let streamed = '';
  const options = { context, onTrace: (delta: string) => (streamed += delta) };
  expect(await tte.think('Which?', options)).toBeNull(); // seeded weights write what no passage says
  expect(streamed).not.toBe('');
  const stop = new AbortController();
  const stopped = tte.think('Which one?', { context, signal: stop.signal, onTrace: () => stop.abort() });
  await expect(stopped).rejects.toEqual(code('aborted'));
});

test('unified models, and an embedder alone, say that they cannot answer', async () => {
  const unified = await using(`${FIXTURES}tiny-unified-prefix/`);
  expect(unified.info.canAnswer).toBe(false);
  const context = Object.values(notes);
  await expect(unified.think('Which?', { context })).rejects.toEqual(
    code('unsupported', /unified-prefix cannot.*smollm2/),
  );
  const { index } = await withNotes(null);
  await expect(index.search({ text: 'Which?' }, { answer: true })).rejects.toEqual(
    code('unsupported', /No reasoner/),
  );
});

test.each([
  [{ context: 'text' }, /context: pass an array/],
  [{ context: [1] }, /context: pass an array/],
  [{ context: ['a'], think: 'full' }, /'answer' form/],
])('refuses %o', async (options, message) => {
  const tte = await using({ embedder: letters, reasoner: reader('x') });
  await expect(tte.think('Which?', options as never)).rejects.toEqual(code('invalid-input', message));
});

test('a search answers from its hits, in a last stage', async () => {
  const { index } = await withNotes(
    reader(({ context }) => `${context ? 'It leaves at 7:42.' : 'A thought.'}`),
  );
  const deltas: string[] = [];
  const stages: SearchResult[] = [];
  const options = { answer: true, think: 'never', onTrace: (delta: string) => deltas.push(delta) } as const;
  for await (const result of index.search({ text: 'When does the train to Basel leave?' }, options)) {
    stages.push(result);
  }
  expect(stages.map(({ stage, final }) => [stage, final])).toEqual([
    ['quick', false],
    ['answered', true],
  ]);
  expect(stages[0]?.answer).toBeNull();
  expect(stages[1]).toMatchObject({ answer: { text: 'It leaves at 7:42.', sources: ['train'] } });
  expect(stages[1]?.hits).toEqual(stages[0]?.hits);
  expect(deltas.join('')).toBe('It leaves at 7:42.');
  const thought = await index.search(
    { text: 'When does the train leave?' },
    { answer: true, think: 'answer' },
  );
  expect(thought).toMatchObject({
    stage: 'answered',
    trace: { answer: 'A thought.' },
    answer: { sources: ['train'] },
  });
});

test('a search says why there is no answer', async () => {
  const { index } = await withNotes(reader('In 1984.'));
  const { answer } = await index.search({ text: 'When does the train leave?' }, { answer: true });
  expect(answer).toEqual({ text: '', sources: [], reason: expect.stringContaining('none of the best hits') });
  const none = await index.search({ text: 'train' }, { answer: true, where: { kind: 'x' } });
  expect(none.answer).toMatchObject({ text: '', reason: expect.stringContaining('has text') });
  await expect(index.search({ like: ['bees'] }, { answer: true })).rejects.toEqual(
    code('invalid-input', /question/),
  );
  const wrong = index.search({ text: 'a' }, { answer: 'yes' as never });
  await expect(wrong).rejects.toEqual(code('invalid-input', /true or false/));
});

test('of a long text the part is read that the question is about', async () => {
  const read = reader('It is blue.');
  const tte = await using({ embedder: letters, reasoner: read });
  const index = await tte.openIndex(`long-${++written}`);
  const filler = Array.from({ length: 40 }, (_, i) => `Sentence ${i} tells of weather and of wind.`).join(
    ' ',
  );
  await index.add({ id: 'long', text: `${filler}\n\nThe door of the shed is blue.\n\n${filler}` });
  const { answer } = await index.search({ text: 'Which colour has the door of the shed?' }, { answer: true });
  expect(answer).toMatchObject({ text: 'It is blue.', sources: ['long'] });
  const [passage = ''] = read.mock.calls.at(-1)?.[0].context ?? [];
  expect(passage).toContain('The door of the shed');
  expect(passage.length).toBeLessThan(800);
});
