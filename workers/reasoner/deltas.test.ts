import { expect, it } from 'vitest';
import { createDeltaWriter } from './deltas.ts';

it('sends at once, then at most every 20 ms, and nothing is lost', () => {
  const sent: string[] = [];
  let time = 0;
  const writer = createDeltaWriter(
    (delta) => sent.push(delta),
    () => time,
  );
  for (const [at, text] of [
    [0, 'a'],
    [5, 'b'],
    [10, ''],
    [19, 'c'],
    [20, 'd'],
    [21, 'e'],
    [60, ''],
  ] as const) {
    time = at;
    writer.write(text);
  }
  expect(sent).toEqual(['a', 'bcd', 'e']);
  writer.write('f');
  writer.flush();
  writer.flush();
  expect(sent).toEqual(['a', 'bcd', 'e', 'f']);
});
