/** A real IndexedDB that is full: the browser refuses whatever needs more room. */
import { expect, test } from '../harness/test.ts';

test('items can be removed and changed where storage is full, and the others stay as they are', async ({
  tte,
  baseURL,
}) => {
  const session = await tte.context().newCDPSession(tte);
  await session.send('Storage.overrideQuotaForOrigin', { origin: baseURL as string, quotaSize: 3_000_000 });
  const seen = await tte.evaluate(async () => {
    const index = await window.tte.openIndex('full', { space: 'mine', dimensions: 2 });
    let added = 0;
    /** Adds texts of so many different words until there is no room for another one. */
    async function fill(words: number): Promise<string> {
      for (;;) {
        const numbers = Array.from({ length: words }, (_, i) => (added * 7919 + i * 104_729) % 100_003);
        const item = { id: `${added}`, text: numbers.map((n) => `w${n}`).join(' '), vector: [1, added] };
        const refusal = await index.add(item).then(
          () => null,
          (error) => error.code,
        );
        if (refusal !== null) return refusal;
        added++;
      }
    }
    const refusals: string[] = [];
    for (const words of [20_000, 2000, 200, 20, 2]) refusals.push(await fill(words));
    const removed = await index.delete(['3', '4']);
    const updated = await index.update('5', { seen: true });
    await index.close();
    const again = await window.tte.openIndex('full');
    const ids = (await again.list()).map(({ id }) => Number(id)).sort((a, b) => a - b);
    const { hits } = await again.search({ text: `w${(2 * 7919) % 100_003}` }, { topK: 1 });
    const changed = (await again.get('5'))?.metadata;
    await again.close();
    return { refusals, added, removed, updated, ids, first: hits[0]?.id, changed };
  });
  expect(new Set(seen.refusals)).toEqual(new Set(['quota']));
  expect(seen).toMatchObject({ removed: 2, updated: true, first: '2', changed: { seen: true } });
  expect(seen.ids).toEqual([...Array(seen.added).keys()].filter((id) => id !== 3 && id !== 4));
});
