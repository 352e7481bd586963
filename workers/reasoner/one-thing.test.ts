import { expect, test } from 'vitest';
import { isOneThing } from './one-thing.ts';

const objects = (...names: string[]) => names.map((name) => ({ name }));

// Probabilities and objects as the built-in model's encoders gave them for real photographs of each sort.
test.each([
  ['a snake, which the detector does not know', 0.96, objects()],
  ['a goldfinch', 0.99, objects('bird')],
  ['a tarantula that is taken for a bear', 0.88, objects('bear')],
  ['a bulbul that is seen twice', 1, objects('bird', 'bird')],
])('one thing: %s', (_, sure, objects) => {
  expect(isOneThing({ sure }, objects)).toBe(true);
});

test.each([
  ['people at a table', 0.94, objects('person', 'person', 'person', 'dining table', 'cup', 'cup')],
  ['someone with a dog on skis', 0.57, objects('person', 'dog', 'skis')],
  ['a pizza among other things', 0.96, objects('wine glass', 'pizza', 'dining table')],
  ['horses and cows', 0.41, objects('horse', 'horse', 'cow', 'cow', 'horse')],
  ['what no encoder can name surely', 0.1, objects()],
  ['a street of cars', 0.3, objects('car', 'car', 'car', 'car')],
  ['a vase with a plant', 0.84, objects('vase', 'potted plant')],
  ['a room of which nothing is detected', 0.42, objects()],
])('a scene: %s', (_, sure, objects) => {
  expect(isOneThing({ sure }, objects)).toBe(false);
});
