import { expect, test } from 'vitest';
import type { DetectedObject } from '../../src/shared/types.ts';
import { listObjects, type ObjectRules, withoutDoubles } from './object-list.ts';

const rules: ObjectRules = {
  names: [],
  side: 416,
  listed: 0.35,
  sure: 0.6,
  numbers: ['a', 'two', 'many'],
};
const object = (name: string, box = [0, 0, 1, 1]): DetectedObject => {
  const [x, y, width, height] = box as [number, number, number, number];
  return { name, score: 0.5, box: { x, y, width, height } };
};

test.each([
  [[], ''],
  [['dog'], 'a dog'],
  [['dog', 'couch', 'dog'], 'two dog , a couch'],
  [['couch', 'dog', 'dog', 'dog', 'dog'], 'a couch , many dog'],
])('%j is listed as %j', (names, list) => {
  expect(
    listObjects(
      names.map((name) => object(name)),
      rules,
    ),
  ).toBe(list);
});

test('a list ends after twelve names', () => {
  const many = Array.from({ length: 40 }, (_, i) => object(`thing${i}`));
  expect(listObjects(many, rules).split(' , ')).toHaveLength(12);
});

test('one thing has one name, the likeliest', () => {
  const cat = object('cat', [10, 10, 100, 50]);
  const sameAsDog = object('dog', [11, 10, 100, 50]);
  const beside = object('dog', [60, 10, 100, 50]);
  const inside = object('tie', [30, 20, 10, 20]);
  expect(withoutDoubles([cat, sameAsDog, beside, inside])).toEqual([cat, beside, inside]);
  const nothing = object('cup', [5, 5, 0, 0]);
  expect(withoutDoubles([nothing, nothing])).toEqual([nothing, nothing]);
});
