/**
 * The worker that writes an index is killed at each of its writes, in a real IndexedDB: additions, a replacement, a deletion, a
 * compaction. Nothing acknowledged may be lost, nothing half there.
 */
import type { Page } from '@playwright/test';
import { expect, test } from '../harness/test.ts';

test.describe.configure({ timeout: 120_000 });

/** A round for each step, each on an index of its own; the last one without a death. `kill`: a function of e2e/probes/index.ts. */
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
        survivor.terminate(); // with the memory of all it has opened
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
  test(`killed ${when} each write: nothing acknowledged is lost, nothing is half there`, async ({
    harness,
  }) => {
    expectWhole(await rounds(harness, 'write', when), 8);
  });
}

test('killed at each record inside its transaction: the transaction is there whole or not at all', async ({
  harness,
}) => {
  expectWhole(await rounds(harness, 'writeRecords'), 30);
});
