import { expect, test } from 'vitest';
import type { Metadata, MetadataFilter } from '../../src/shared/index-types.ts';
import { compileFilter } from './filter.ts';

const photo: Metadata = {
  kind: 'photo',
  year: 2021,
  tags: ['beach', 'sea'],
  exif: { camera: { maker: 'A' }, iso: 100 },
  'dotted.name': 1,
  taken: '2021-07-03T10:00:00Z',
  place: null,
};

test.each<[MetadataFilter, boolean]>([
  [{}, true],
  [{ kind: 'photo' }, true],
  [{ kind: 'note' }, false],
  [{ kind: 'photo', year: 2020 }, false],
  [{ kind: { in: ['note', 'photo'] } }, true],
  [{ kind: { in: [] } }, false],
  [{ tags: 'sea' }, true],
  [{ tags: 'mountain' }, false],
  [{ tags: { in: ['mountain', 'beach'] } }, true],
  [{ tags: { all: ['sea', 'beach'] } }, true],
  [{ tags: { all: ['sea', 'dog'] } }, false],
  [{ year: { gte: 2021, lt: 2022 } }, true],
  [{ year: { gt: 2021 } }, false],
  [{ year: { gt: '2000' } }, false],
  [{ taken: { gte: '2021-07', lt: '2021-08' } }, true],
  [{ missing: { lt: 5 } }, false],
  [{ place: null }, true],
  [{ missing: null }, false],
  [{ place: { exists: false }, kind: { exists: true } }, true],
  [{ 'exif.camera.maker': 'A', 'exif.iso': { lte: 100 } }, true],
  [{ 'exif.none.maker': 'A' }, false],
  [{ 'dotted.name': 1 }, true],
  [{ not: { kind: 'photo' } }, false],
  [{ or: [{ kind: 'note' }, { year: 2021 }] }, true],
  [{ or: [] }, false],
  [{ and: [{ tags: 'sea' }, { not: { tags: 'dog' } }], year: 2021 }, true],
])('%j: %s', (where, expected) => {
  expect(compileFilter(where)(photo)).toBe(expected);
});

test.each<[unknown, boolean]>([
  [{ constructor: { exists: true } }, false],
  [{ toString: { exists: true } }, false],
  [{ 'constructor.name': 'Object' }, false],
  [{ 'exif.hasOwnProperty': { exists: true } }, false],
  [{ 'kind.length': { exists: true } }, false],
  [JSON.parse('{ "__proto__": { "exists": true } }'), false],
  [{ not: { valueOf: { exists: true } } }, true],
])('only an item’s own fields count: %j: %s', (where, expected) => {
  expect(compileFilter(where as MetadataFilter)(photo)).toBe(expected);
});

test('a field may have any name that JSON allows', () => {
  const odd: Metadata = JSON.parse('{ "constructor": 1, "__proto__": { "toString": 2 } }');
  const fits = (where: string) => compileFilter(JSON.parse(where))(odd);
  expect(fits('{ "constructor": 1 }')).toBe(true);
  expect(fits('{ "__proto__.toString": 2 }')).toBe(true);
});

test.each<[unknown, RegExp]>([
  [[], /^where: must be an object/],
  [{ year: { toString: 1 } }, /^where\.year: must have one of in/],
  [{ year: { near: 3 } }, /^where\.year: must have one of in/],
  [{ year: { gt: 1, in: [2] } }, /^where\.year/],
  [{ year: { gt: null } }, /^where\.year\.gt/],
  [{ tags: { in: 'sea' } }, /^where\.tags\.in: must be an array/],
  [{ or: { a: 1 } }, /^where\.or: must be an array of filters/],
  [{ or: [{ a: undefined }, { a: [1] }] }, /^where\.or\[1\]\.a/],
])('%j is refused, with the place', (where, message) => {
  expect(() => compileFilter(where as MetadataFilter)).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: expect.stringMatching(message) }),
  );
});
