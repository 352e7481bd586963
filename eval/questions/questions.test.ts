import { GB } from 'chrono-node/en';
import { expect, test } from 'vitest';
import { createFieldProfile } from '../../workers/index/question/fields.ts';
import { asItIs } from '../../workers/index/question/translate.ts';
import { isWorthReading, understand, untouched } from '../../workers/index/question/understand.ts';
import { drawQuestions, fits } from './draw.ts';
import { judge } from './judge.ts';
import { developed, heldBack } from './wording.ts';

const today = new Date(2026, 10, 28);

test('equal seeds draw equal questions, and each is of some items of its topic, but not of all', () => {
  expect(drawQuestions(1, 20, today, heldBack)).toEqual(drawQuestions(1, 20, today, heldBack));
  expect(drawQuestions(1, 20, today, heldBack)).not.toEqual(drawQuestions(2, 20, today, heldBack));
  const { items, questions } = drawQuestions(1, 20, today, heldBack);
  for (const { relevant, parts } of questions) {
    const [first] = relevant;
    const { topic } = items.find(({ id }) => id === first) as (typeof items)[number];
    const own = items.filter((item) => item.topic === topic);
    expect(relevant).toEqual(
      own.filter((item) => parts.every((part) => fits(item, part))).map(({ id }) => id),
    );
    expect(relevant.length).toBeLessThan(own.length);
  }
});

test.each([
  ['developed', developed],
  ['held back', heldBack],
])('%s: at least 95 of 100 parts are taken as they were meant', (_, wording) => {
  const { items, questions } = drawQuestions(7, 200, today, wording);
  const profile = createFieldProfile();
  for (const { metadata } of items) profile.add(metadata);
  const context = { fields: profile.fields(today), now: today, locale: 'en-GB', chrono: GB };
  let [right, meant] = [0, 0];
  for (const { text, parts } of questions) {
    const understood = isWorthReading(text, true) ? understand(asItIs(text), context) : untouched(text);
    const found = judge(parts, understood, items);
    right += found.right;
    meant += found.meant + found.extra;
  }
  expect(right / meant).toBeGreaterThanOrEqual(0.95);
});
