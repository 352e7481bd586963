import { expect, test } from 'vitest';
import type { Metadata } from '../../src/shared/index-types.ts';
import type { Standing } from './mixing.ts';
import { allInOrder, createOrdering, inOrder } from './ordering.ts';

const standing = (row: number, score: number): Standing => ({
  ...{ row, score, scores: { vector: score, text: null }, ranks: { vector: row + 1, text: null } },
});
const rowsOf = (standings: readonly Standing[]) => standings.map(({ row }) => row);
const prices = (...all: unknown[]) => all.map((price) => ({ price }) as Metadata);

test('what is about the query is ordered by the field, and stands before the rest', () => {
  const found = [0.8, 0.7, 0.6, 0.3, 0.2].map((score, row) => standing(row, score));
  const metadata = prices(30, 10, 20, 1, 2);
  const order = (direction: 'asc' | 'desc', usual: number) =>
    rowsOf(inOrder(found, createOrdering({ field: 'price', direction }, metadata), usual));
  expect(order('asc', 0.1)).toEqual([1, 2, 0, 3, 4]);
  expect(order('desc', 0.1)).toEqual([0, 2, 1, 3, 4]);
  expect(order('asc', -0.5)).toEqual([3, 4, 1, 2, 0]); // of no item more is usual: all of them are about it
  expect(inOrder([], createOrdering({ field: 'price', direction: 'asc' }, []), 0)).toEqual([]);
});

test('items that are alike stay as they were, and those without the field come last, either way', () => {
  const found = [0, 1, 2, 3, 4].map((row) => standing(row, 1));
  const metadata = prices(null, 5, undefined, 5, 4);
  const order = (direction: 'asc' | 'desc') =>
    rowsOf(inOrder(found, createOrdering({ field: 'price', direction }, metadata), 0));
  expect(order('asc')).toEqual([4, 1, 3, 0, 2]);
  expect(order('desc')).toEqual([1, 3, 4, 0, 2]);
});

test('without a query, all that the conditions leave; dates and nested fields have an order, lists have none', () => {
  const metadata: Metadata[] = [
    { exif: { date: '2024-05-01' } },
    { exif: { date: '2023-05-01' } },
    {},
    { exif: { date: ['2025'] } },
    { exif: { date: '2025-05-01T10:00:00Z' } },
  ];
  const allowed = { mask: Uint8Array.from([1, 1, 1, 1, 1]), count: 5 };
  const newest = createOrdering({ field: 'exif.date', direction: 'desc' }, metadata);
  expect(rowsOf(allInOrder(allowed, newest, 10))).toEqual([4, 0, 1, 2, 3]);
  expect(rowsOf(allInOrder({ mask: Uint8Array.from([1, 0, 1, 0, 1]), count: 3 }, newest, 2))).toEqual([4, 0]);
  expect(rowsOf(allInOrder(allowed, null, 3))).toEqual([0, 1, 2]);
});
