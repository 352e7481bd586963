/**
 * The worker that writes an index is killed at each of its writes, in a real IndexedDB: additions, a replacement, a deletion, a
 * compaction. Nothing acknowledged may be lost, nothing half there.
 */
import type { Page } from '@playwright/test';
import { expect, test } from '../harness/test.ts';

test.describe.configure({ timeout: 300_000 });

/** A round for each step, the last one without a death. `kill` is a function of e2e/probes/index.ts, told the step. */
function rounds(harness: Page, kill: string, ...how: string[]) {
  return harness.evaluate(
    async ([kill, how]) => {
      const rounds = [];
      const survivor = window.startProbe('index');
      let next = window.startProbe('index');
      for (let step = 1; ; step++) {
        const channel = new BroadcastChannel('crash-test');
        let [there, gone]: string[][] = [[], []];
        const writer = next;
        next = window.startProbe('index'); // it starts while this one writes
        const finished = await new Promise<boolean>((resolve, reject) => {
          channel.onmessage = ({ data }) => {
            if (data.there) [there, gone] = [data.there, data.gone];
            else resolve(Boolean(data.finished));
          };
          writer.call(kill, [step, ...how]).catch(reject);
        });
        writer.terminate();
        channel.close();
        rounds.push({ acknowledged: there?.length, problems: await survivor.call('check', [there, gone]) });
        if (finished) return rounds;
      }
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
