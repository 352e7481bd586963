/** An index in the store on disk: its writer is killed at every step, and the reopened index is consistent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { idsOf, item, mortal, world, writeAll } from '../../testing/collections.ts';
import { fileLocks } from './file-locks.ts';
import { fileStore } from './file-store.ts';

const root = mkdtempSync(join(tmpdir(), 'tte-index-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Simulates a new process that uses the folder. */
const process = (folder: string) => world(fileStore(folder), fileLocks(join(folder, 'locks')));

test.each(['before', 'during', 'after'] as const)(
  'killed %s any of its writes: everything that was told is there',
  async (when) => {
    for (let step = 1; ; step++) {
      const folder = join(root, `${when}-${step}`);
      let [there, gone]: (readonly string[])[] = [[], []];
      let underWay = Promise.resolve();
      const finished = await new Promise<boolean>((resolve, reject) => {
        // Locks of dead processes are tested in file-locks.test.ts; here each has its own.
        const die = (write: Promise<void>) => {
          underWay = write;
          resolve(false);
        };
        const doomed = world(mortal(fileStore(folder), step, when, die));
        doomed
          .tab()
          .then((writer) => writeAll(writer, (...now) => ([there, gone] = now)))
          .then(() => resolve(true), reject);
      });
      const found = new Set(await idsOf(await process(folder).tab()));
      expect(
        there?.filter((id) => !found.has(id)),
        `step ${step}`,
      ).toEqual([]);
      expect(gone?.filter((id) => found.has(id))).toEqual([]);
      // What a dead process was writing is there or not before another has its lock, and never later.
      await underWay;
      await (await process(folder).tab()).append([item('afterwards')]);
      expect(await idsOf(await process(folder).tab())).toContain('afterwards');
      if (finished) {
        expect(step).toBeGreaterThan(8);
        break;
      }
    }
  },
);

test('two processes write to one index concurrently, and each sees both their changes', async () => {
  const folder = join(root, 'shared');
  const [a, b] = [await process(folder).tab(), await process(folder).tab()];
  const ids = (name: string) => Array.from({ length: 12 }, (_, i) => `${name}${i}`);
  await Promise.all(
    [a, b].map(async (tab, i) => {
      for (const id of ids(i === 0 ? 'a' : 'b')) await tab.append([item(id)]);
    }),
  );
  const all = [...ids('a'), ...ids('b')].sort();
  for (const tab of [a, b, await process(folder).tab()]) expect((await idsOf(tab)).sort()).toEqual(all);
});
