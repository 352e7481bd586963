/**
 * The worker that writes an index is killed while each of its writes is under way, in a real IndexedDB. What is left when it is killed
 * just before or after a write is tested on a store in memory (workers/index/collection.test.ts).
 */
import { expect, test } from '../harness/test.ts';

test('killed during each write: nothing acknowledged is lost, nothing is half there', async ({ harness }) => {
  const rounds = await harness.evaluate(async () => {
    const rounds = [];
    const survivor = window.startProbe('index');
    for (let step = 1; ; step++) {
      const channel = new BroadcastChannel('crash-test');
      let [there, gone]: string[][] = [[], []];
      const writer = window.startProbe('index');
      const finished = await new Promise<boolean>((resolve, reject) => {
        channel.onmessage = ({ data }) => {
          if (data.there) [there, gone] = [data.there, data.gone];
          else resolve(Boolean(data.finished));
        };
        writer.call('write', [step, 'during']).catch(reject);
      });
      writer.terminate();
      channel.close();
      rounds.push({ acknowledged: there?.length, problems: await survivor.call('check', [there, gone]) });
      if (finished) return rounds;
    }
  });
  expect(rounds.length).toBeGreaterThan(8);
  expect(rounds.at(-1)?.acknowledged).toBe(210);
  for (const { problems } of rounds) {
    expect(problems).toEqual({ lost: [], risen: [], orphans: [], works: true });
  }
});
