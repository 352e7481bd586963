/**
 * Kills the worker that writes an index at each of its writes to a real IndexedDB: additions, a replacement, a deletion, a
 * compaction. No acknowledged change may be lost, and no change may be stored partially.
 */
import type { Page } from '@playwright/test';
import { expect, test } from '../harness/test.ts';

test.describe.configure({ timeout: 120_000 });

/** One round per step, each with a new index; the last one completes. `kill`: a function of e2e/probes/index.ts. */
function rounds(harness: Page, kill: string, ...how: string[]) {
  return harness.evaluate(
    async ([kill, how]) => {
      const TOGETHER = 8;

      async function round(step: number, survivor: ReturnType<typeof window.startProbe>) {
        const name = `${kill} ${how} ${step}`;
        const channel = new BroadcastChannel(name);
        let [there, gone]: string[][] = [[], []];
        const writer = window.startProbe('index');
        const finished = await new Promise<boolean>((resolve, reject) => {
          channel.onmessage = ({ data }) => {
            if (data.there) [there, gone] = [data.there, data.gone];
            else resolve(Boolean(data.finished));
          };
          writer.call(kill, [name, step, ...how]).catch(reject);
        });
        writer.terminate();
        channel.close();
        const problems = await survivor.call('check', [name, there, gone]);
        return { finished, acknowledged: there?.length, problems };
      }

      const rounds: Awaited<ReturnType<typeof round>>[] = [];
      while (!rounds.at(-1)?.finished) {
        const steps = Array.from({ length: TOGETHER }, (_, i) => rounds.length + i + 1);
        const survivor = window.startProbe('index');
        rounds.push(...(await Promise.all(steps.map((step) => round(step, survivor)))));
        survivor.terminate(); // frees the memory of the indexes it has opened
      }
      return rounds.slice(0, rounds.findIndex(({ finished }) => finished) + 1);
    },
    [kill, how] as const,
  );
}

function expectWhole(seen: Awaited<ReturnType<typeof rounds>>, steps: number) {
  expect(seen.length).toBeGreaterThan(steps);
  expect(seen.at(-1)?.acknowledged).toBe(210);
  for (const [i, { problems }] of seen.entries()) {
    expect(problems, `step ${i + 1}`).toEqual({ lost: [], risen: [], orphans: [], works: true });
  }
}

for (const when of ['before', 'during', 'after'] as const) {
  test(`killed ${when} each write: no acknowledged change is lost, none is partial`, async ({ harness }) => {
    expectWhole(await rounds(harness, 'write', when), 8);
  });
}

test('killed at each record of a transaction: the transaction is stored completely or not at all', async ({
  harness,
}) => {
  expectWhole(await rounds(harness, 'writeRecords'), 30);
});
