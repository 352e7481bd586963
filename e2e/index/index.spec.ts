/** Search through the public API, in a real worker with a real IndexedDB, with the built-in model. */
import { expect, test } from '../harness/test.ts';

test.describe.configure({ timeout: 60_000 });

test('a collection is added, searched, filtered, changed, reopened by a new embedder, and deleted', async ({
  tte,
}) => {
  const seen = await tte.evaluate(async () => {
    const create = () => window.tte.createEmbedder({ device: 'wasm', threads: 1 });
    let embedder = await create();
    let index = await embedder.openIndex('notes');
    const notes: [string, string, string[]][] = [
      ['bees', 'Honey is made by bees in a hive.', ['animal', 'food']],
      ['bread', 'Bread is baked from flour, water and yeast.', ['food']],
      ['whale', 'The blue whale is the largest animal that ever lived.', ['animal']],
      ['train', 'The night train leaves the station at eleven.', ['travel']],
      ['boat', 'A wooden boat crosses the lake every morning.', ['travel']],
    ];
    const progress: number[] = [];
    const report = await index.add(
      notes.map(([id, text, tags], i) => ({ id, text, metadata: { tags, year: 2020 + i } })),
      { onProgress: ({ done }) => progress.push(done) },
    );
    const again = await index.add({
      id: 'bees',
      text: notes[0]![1],
      metadata: { tags: notes[0]![2], year: 2020 },
    });
    const first = async (query: object, options: object = {}) => {
      for await (const result of index.search(query, { think: 'never', topK: 3, ...options })) return result;
      throw new Error('no result');
    };
    const ids = async (query: object, options: object = {}) =>
      (await first(query, options)).hits.map(({ id }) => id);
    const plain = await first({ text: 'Which insect gives us something sweet?' });
    const found = {
      report,
      again,
      progress,
      plain,
      filtered: await ids({ text: 'an animal' }, { where: { tags: 'travel' } }),
      ranged: await ids({ text: 'an animal' }, { where: { year: { gte: 2022, lt: 2024 } } }),
      like: await ids({ like: ['train'] }, { topK: 1 }),
      unlike: await ids({ text: 'travelling', unlike: ['train'] }, { topK: 1 }),
      hybrid: (await first({ text: 'yeast' }, { hybrid: true })).hits[0]!,
    };
    const updated = await index.update('boat', { year: null, seen: true });
    const removed = await index.delete(['bread', 'not there']);
    await embedder.dispose();

    embedder = await create();
    index = await embedder.openIndex('notes');
    const kept = {
      updated,
      removed,
      count: await index.count(),
      counted: await index.count({ tags: { in: ['travel'] } }),
      boat: await index.get('boat'),
      bread: await index.get('bread'),
      listed: (await index.list({ offset: 1, limit: 2 })).map(({ id }) => id),
      vector: Math.hypot(...(await index.vector('bees'))!),
      found: await ids({ text: 'the largest creature' }, { topK: 1 }),
      replaced: await index.add({ id: 'whale', text: 'Elephants are heavy.' }),
      text: (await index.get('whale'))?.text,
      cleared: await index.delete({ where: { seen: true } }),
    };
    const { indexes } = await embedder.storage();
    await window.tte.deleteIndex('notes');
    const after = await index.count();
    const left = (await embedder.storage()).indexes;
    await embedder.dispose();
    return { ...found, kept, indexes, after, left };
  });
  expect(seen.report).toEqual({ added: 5, replaced: 0, skipped: 0, failed: [] });
  expect(seen.again).toMatchObject({ added: 0, skipped: 1 });
  expect(seen.progress).toEqual([1, 2, 3, 4, 5]);
  expect(seen.plain).toMatchObject({ stage: 'quick', final: true, candidates: 5, trace: null });
  expect(seen.plain.hits).toHaveLength(3);
  expect(seen.plain.hits[0]).toMatchObject({
    id: 'bees',
    rank: 1,
    rankDelta: null,
    ranks: { vector: 1, text: null },
  });
  expect(seen.plain.hits[0]!.why).toMatch(/^Near in meaning \(0\.\d\d\)\.$/);
  expect(seen.filtered.sort()).toEqual(['boat', 'train']);
  expect(seen.ranged.sort()).toEqual(['train', 'whale']);
  expect(seen.like).toEqual(['boat']);
  expect(seen.unlike).toEqual(['boat']);
  expect(seen.hybrid).toMatchObject({ id: 'bread', terms: ['yeast'], ranks: { text: 1 } });
  expect(seen.kept).toMatchObject({
    updated: true,
    removed: 1,
    count: 4,
    counted: 2,
    boat: { metadata: { tags: ['travel'], seen: true } },
    bread: null,
    listed: ['whale', 'train'],
    found: ['whale'],
    replaced: { added: 0, replaced: 1 },
    text: 'Elephants are heavy.',
    cleared: 1,
  });
  expect(seen.kept.boat!.metadata).not.toHaveProperty('year');
  expect(seen.kept.vector).toBeCloseTo(1, 4);
  expect(seen.indexes).toMatchObject([{ name: 'notes', count: 3, space: expect.stringContaining('pico@') }]);
  expect(seen.after).toBe(0);
  expect(seen.left).toEqual([]);
});

test('quick hits come first, then the reasoned ranking with consistent rank deltas; early exit, abort, search by trace', async ({
  tte,
}) => {
  const seen = await tte.evaluate(async () => {
    const embedder = await window.tte.createEmbedder({ device: 'wasm', threads: 1 });
    const index = await embedder.openIndex('stages');
    const words = ['hammer', 'saw', 'apple', 'pear', 'violin', 'drum', 'cat', 'dog', 'ship', 'plane'];
    await index.add(words.map((word) => ({ id: word, text: `a picture of a ${word}` })));
    let streamed = '';
    const results = [];
    const options = { think: 'answer', topK: 10, onTrace: (delta: string) => (streamed += delta) } as const;
    for await (const result of index.search({ text: 'What is used to drive in a nail?' }, options))
      results.push(result);
    const gate = [];
    for await (const result of index.search({ text: 'a red apple' }, { think: 'auto' })) gate.push(result);
    const supplied = [];
    const query = { text: 'something', trace: 'It is a violin.' };
    for await (const result of index.search(query, { think: 'answer', topK: 3 })) supplied.push(result);

    let left = 0;
    for await (const _ of index.search({ text: 'what is a cat' }, { think: 'full' })) {
      left++;
      break;
    }
    const controller = new AbortController();
    const aborted = await (async () => {
      for await (const _ of index.search(
        { text: 'what is a dog' },
        { think: 'full', signal: controller.signal },
      )) {
        controller.abort('enough');
      }
    })().catch((error) => ({ code: error.code, cause: error.cause }));
    const refused = await index
      .search({ text: 'x' }, { where: { a: { b: 1 } } } as never)
      .next()
      .catch((error) => error.code);
    const unknown = await index
      .search({ like: ['nobody'] })
      .next()
      .catch((error) => error.message);
    const after = (await index.search({ text: 'a dog' }, { think: 'never' }).next()).value?.hits[0]?.id;
    await embedder.dispose();
    return { results, streamed, gate, supplied, left, aborted, refused, unknown, after };
  });
  const [quick, thought] = seen.results;
  expect(seen.results.map(({ stage, final }) => [stage, final])).toEqual([
    ['quick', false],
    ['reasoned', true],
  ]);
  expect(quick!.hits.every(({ rankDelta }) => rankDelta === null)).toBe(true);
  expect(thought!.trace!.text).toBe(seen.streamed);
  expect(thought!.thinkDecision.mode).toBe('answer');
  const before = new Map(quick!.hits.map(({ id, rank }) => [id, rank]));
  for (const { id, rank, rankDelta, why } of thought!.hits) {
    expect(rankDelta).toBe(before.get(id)! - rank);
    expect(why).toMatch(
      rankDelta === 0 ? /^Near in meaning/ : Number(rankDelta) > 0 ? /^Up \d+ ranks? by/ : /^Down \d+ rank/,
    );
  }
  expect(seen.gate).toHaveLength(1);
  expect(seen.gate[0]).toMatchObject({ stage: 'quick', final: true, thinkDecision: { mode: 'never' } });
  expect(seen.supplied.map(({ stage }) => stage)).toEqual(['quick', 'reasoned']);
  expect(seen.supplied[0]!.trace).toBeNull();
  expect(seen.supplied[1]!.hits[0]).toMatchObject({ id: 'violin' });
  expect(seen.left).toBe(1);
  expect(seen.aborted).toEqual({ code: 'aborted', cause: 'enough' });
  expect(seen.refused).toBe('invalid-input');
  expect(seen.unknown).toContain("no item 'nobody'");
  expect(seen.after).toBe('dog');
});

test('an index is bound to its space: another model, other dimensions or another think mode are refused with both spaces named', async ({
  tte,
}) => {
  const seen = await tte.evaluate(async () => {
    const create = (model: string) =>
      window.tte.createEmbedder({ model: { embedder: `/models/${model}` }, device: 'wasm', threads: 1 });
    const one = await create('tiny-bert-mean');
    const index = await one.openIndex('bound');
    await index.add({ id: 'a', text: 'a' });
    await one.dispose();
    const two = await create('tiny-bert-cls');
    const refused = await two
      .openIndex('bound')
      .catch((error) => ({ code: error.code, message: error.message }));
    const other = (await two.openIndex('mine')).manifest;
    await two.dispose();
    return { refused, manifest: index.manifest, other };
  });
  expect(seen.refused).toMatchObject({ code: 'space-mismatch' });
  expect((seen.refused as { message: string }).message).toContain(seen.manifest.space);
  expect((seen.refused as { message: string }).message).toContain(seen.other.space);
  expect(seen.manifest).toMatchObject({ format: 1, metric: 'cosine', think: 'never', reasoner: null });
});
