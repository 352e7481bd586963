import { expect, test } from 'vitest';
import type { Store } from '../storage/database.ts';
import { contents, idsOf, item, many, mortal, NAME, world, writeAll } from '../testing/collections.ts';
import { storedSegments } from './segments.ts';

test('what was added is there after opening again, whatever came between', async () => {
  const { tab, store } = world();
  const first = await tab();
  expect(await first.append(many('a', 130))).toEqual(new Set());
  expect(await first.append([item('a3'), item('b'), item('b')])).toEqual(new Set(['a3']));
  await first.remove('a0', 'b');
  const expected = [
    ...many('a', 130)
      .map(({ id }) => id)
      .filter((id) => id !== 'a0' && id !== 'a3'),
    'a3',
  ];
  expect(await idsOf(first)).toEqual(expected);
  const second = await tab();
  expect(await contents(second)).toEqual(await contents(first));
  expect((await second.manifest()).count).toBe(129);
  expect((await store.keys('picture/')).length).toBe(129); // those of replaced and deleted items are gone
});

test('two tabs see each other’s changes, and take turns', async () => {
  const { tab } = world();
  const [one, two] = await Promise.all([tab(), tab()]);
  await one.append(many('x', 5));
  expect(await idsOf(two)).toHaveLength(5);
  await Promise.all([one.append(many('one', 40)), two.append(many('two', 40)), one.append([item('x1')])]);
  await two.remove('x0');
  expect(await idsOf(two)).toHaveLength(84);
  expect((await idsOf(one)).sort()).toEqual((await idsOf(two)).sort());
});

test('compaction keeps order, vectors and removals, and frees what is gone', async () => {
  const { tab, store } = world();
  const [writer, reader] = await Promise.all([tab(), tab()]);
  for (let n = 0; n < 12; n++) await writer.append(many(`s${n}-`, 3));
  await writer.remove('s1-0', 's11-2');
  expect(await idsOf(reader)).toHaveLength(34); // it has the old segments in memory
  const before = await contents(writer);
  await writer.compact();
  const { segments } = await writer.manifest();
  expect(segments).toHaveLength(1);
  expect(await storedSegments(store, NAME)).toEqual(new Set([segments[0]!.number]));
  expect(await contents(writer)).toEqual(before);
  expect(await contents(reader)).toEqual(before);
  await writer.append([item('late')]);
  await writer.remove('s0-0', 'late');
  const after = before.slice(1);
  for (const each of [writer, reader, await tab()]) expect(await contents(each)).toEqual(after);
});

test('small segments are written together by themselves; what they removed of others stays removed', async () => {
  const { tab } = world();
  const writer = await tab();
  await writer.append(many('big', 1500));
  for (let n = 0; n < 20; n++) {
    await writer.append([item(`n${n}`)]);
    await writer.remove(`big${n}`);
  }
  await expect.poll(async () => (await writer.manifest()).segments.length).toBeLessThan(16);
  const expected = await idsOf(writer);
  expect(expected).toHaveLength(1500);
  expect(await idsOf(await tab())).toEqual(expected);
});

/** A store whose reads of vectors go through `read`. */
const reading = (store: Store, read: (rows: () => Promise<unknown>) => Promise<unknown>): Store => ({
  ...store,
  get: (key) => (key.endsWith('/rows') ? read(() => store.get(key)) : store.get(key)),
});

test('an index opens without its vectors: items are there at once, and can be changed while these are read', async () => {
  const { store, tab } = world();
  await (await tab()).append(many('a', 100));
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = await world(reading(store, (rows) => released.then(rows))).tab();
  expect((await held.manifest()).count).toBe(100);
  expect((await held.read(({ catalog }) => catalog.items([99])))[0]!.id).toBe('a99');
  await held.append([item('b'), item('a5')]);
  await held.remove('a7');
  let isRead = false;
  const whole = contents(held).then((items) => {
    isRead = true;
    return items;
  });
  await new Promise((resolve) => setTimeout(resolve));
  expect(isRead).toBe(false);
  release();
  expect(await whole).toEqual(await contents(await tab()));
  expect(await whole).toHaveLength(100);
});

test('vectors that could not be read are read again; a truncated record is reported', async () => {
  const { store, tab } = world();
  await (await tab()).append(many('a', 100));
  let failures = 2; // when it is opened, and at the first read
  const flaky = await world(
    reading(store, (rows) => (failures-- > 0 ? Promise.reject(new Error('disk')) : rows())),
  ).tab();
  await expect(contents(flaky)).rejects.toThrow('disk');
  expect(await idsOf(flaky)).toHaveLength(100);
  const short = await world(reading(store, async () => new ArrayBuffer(16))).tab();
  await expect(contents(short)).rejects.toMatchObject({ code: 'integrity' });
});

test('a compaction elsewhere, while vectors are read, is noticed', async () => {
  const { store, tab } = world();
  const writer = await tab();
  for (let n = 0; n < 8; n++) await writer.append(many(`s${n}-`, 3));
  const expected = await contents(writer);
  let reads = 0;
  const late = world(
    reading(store, async (rows) => {
      if (reads++ === 0) await writer.compact();
      return rows();
    }),
  );
  expect(await contents(await late.tab())).toEqual(expected);
  expect(reads).toBeGreaterThan(1);
});

test('another space is refused, naming both', async () => {
  const { tab } = world();
  await (await tab('space-one')).append([item('a')]);
  await expect(tab('space-two')).rejects.toMatchObject({
    code: 'space-mismatch',
    message: expect.stringMatching(/space-one.*space-two/),
  });
});

for (const when of ['before', 'after'] as const) {
  test(`a writer killed ${when} any of its steps loses nothing acknowledged and leaves nothing half there`, async () => {
    for (let step = 1; ; step++) {
      const { tab, store } = world();
      let [there, gone]: (readonly string[])[] = [[], []];
      const finished = await new Promise<boolean>((resolve, reject) => {
        const doomed = world(mortal(store, step, when, () => resolve(false)));
        doomed
          .tab()
          .then((writer) => writeAll(writer, (...now) => ([there, gone] = now)))
          .then(() => resolve(true), reject);
      });
      const survivor = await tab();
      const found = new Set(await idsOf(survivor)); // also checks that all is whole
      expect(
        there!.filter((id) => !found.has(id)),
        `step ${step}`,
      ).toEqual([]);
      expect(gone!.filter((id) => found.has(id))).toEqual([]);
      await survivor.append([item('afterwards')]);
      expect(await idsOf(await tab())).toContain('afterwards');
      const known = new Set((await survivor.manifest()).segments.map(({ number }) => number));
      expect(await storedSegments(store, NAME), `step ${step}`).toEqual(known);
      if (finished) {
        expect(step).toBeGreaterThan(8);
        break;
      }
    }
  });
}
