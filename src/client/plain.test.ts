import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { MetadataFilter } from '../shared/index-types.ts';
import { plainFilter, plainMetadata } from './plain.ts';

/** Wraps objects in nested proxies, like a framework's reactive state. */
function reactive<T extends object>(target: T): T {
  return new Proxy(target, {
    get(from, key, receiver) {
      const value = Reflect.get(from, key, receiver);
      return typeof value === 'object' && value !== null ? reactive(value) : value;
    },
  });
}

const fields = { tags: ['a', 'b'], exif: { iso: 100, lens: null }, open: true, s: '\ud800' };

test.each<[string, object]>([
  ['a plain object', fields],
  ['a proxy', reactive(fields)],
  ['an object of another realm', runInNewContext(`(${JSON.stringify(fields)})`)],
  ['an object without prototype', Object.assign(Object.create(null), fields)],
  ['fields that are undefined', { ...fields, left: undefined }],
  [
    'getters',
    {
      ...fields,
      get tags() {
        return ['a', 'b'];
      },
    },
  ],
])('%s becomes a plain copy', (_what, given) => {
  const copied = plainMetadata(given, 'metadata');
  expect(structuredClone(copied)).toEqual(fields);
  expect(copied).not.toBe(given);
  expect(copied).not.toHaveProperty('left');
});

test('a field named __proto__ is copied like any other', () => {
  const copied = plainMetadata(JSON.parse('{"__proto__": {"a": 1}}'), 'metadata');
  expect(JSON.stringify(copied)).toBe('{"__proto__":{"a":1}}');
});

const cycle: { a: object[] } = { a: [] };
cycle.a.push(cycle);
const deep = Array.from({ length: 200 }).reduce<object>((inner) => ({ inner }), {});
class Money {
  amount = 1;
}

test.each<[unknown, RegExp]>([
  [{ size: 10n }, /^items\[1\]\.metadata\.size: JSON has no BigInt/],
  [{ a: { b: [1, Number.NaN] } }, /^items\[1\]\.metadata\.a\.b\[1\]: NaN/],
  [{ a: Number.POSITIVE_INFINITY }, /\.metadata\.a: Infinity/],
  [{ a: new Date(0) }, /\.metadata\.a: JSON has no Date.*toISOString/],
  [{ a: new Date(Number.NaN) }, /\.metadata\.a: JSON has no Date/],
  [{ a: () => 1 }, /\.metadata\.a: JSON has no function/],
  [{ a: Symbol('s') }, /\.metadata\.a: JSON has no symbol/],
  [{ a: [undefined] }, /\.metadata\.a\[0\]: JSON has no undefined/],
  [{ a: new Array(2) }, /\.metadata\.a\[0\]: JSON has no undefined/],
  [{ a: new Map([[1, 2]]) }, /\.metadata\.a: JSON has no Map/],
  [{ a: new Float32Array(2) }, /\.metadata\.a: JSON has no Float32Array/],
  [{ a: new Blob() }, /\.metadata\.a: JSON has no Blob/],
  [{ a: new Money() }, /\.metadata\.a: JSON has no Money/],
  [cycle, /\.metadata\.a\[0\]: this object contains itself/],
  [deep, /nested more than 100 levels deep/],
  [[], /^items\[1\]\.metadata: must be an object/],
  [null, /^items\[1\]\.metadata: must be an object/],
  ['text', /^items\[1\]\.metadata: must be an object/],
])('refused, naming the field: %o', (given, message) => {
  expect(() => plainMetadata(given, 'items[1].metadata')).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(message) }),
  );
});

test('an object that occurs twice is not a cycle', () => {
  const shared = { a: 1 };
  expect(plainMetadata({ one: shared, two: [shared, shared] }, 'metadata')).toEqual({
    one: { a: 1 },
    two: [{ a: 1 }, { a: 1 }],
  });
});

test('a filter is copied and validated in the same way; undefined stays undefined', () => {
  expect(plainFilter(undefined, 'where')).toBeUndefined();
  expect(plainFilter(reactive({ year: { gte: 2020 } }), 'where')).toEqual({ year: { gte: 2020 } });
  const refused = (where: unknown) => expect(() => plainFilter(where as MetadataFilter, 'options.where'));
  refused({ taken: { gte: new Date() } }).toThrow(/^options\.where\.taken\.gte: JSON has no Date/);
  refused({ __proto__: { kind: 'photo' } }).toThrow(/^options\.where/);
  refused(null).toThrow(/^options\.where: must be an object/);
});
