import { describe, expect, test } from 'vitest';
import { date, where } from '../../testing/questions.ts';

describe('kinds, tags and other values that items have', () => {
  test.each<[string, object]>([
    ['photos of a dog', { kind: 'image' }],
    ['beach photos', { kind: 'image' }],
    ['notes about rent', { kind: 'text' }],
    ['rent (pdf)', { kind: 'pdf' }],
    ['cheap recipes without meat', { category: 'recipe' }],
    ['rent tagged tax return', { tags: 'tax return' }],
    ['rent #work', { tags: 'work' }],
    ['rent in the Vegan category', { tags: 'vegan' }],
    ['documents by Anna Lee', { author: 'Anna Lee' }],
    ['rent in the work folder', { folder: 'work' }],
    ['rent not tagged work', { and: [{ not: { tags: 'work' } }] }],
    ['urgent papers', {}],
    ['spicy recipe', { tags: 'spicy', category: 'recipe' }],
    ['vegan only soup', { tags: 'vegan' }],
    ['vegan leather', {}],
    ['quick pdfs', { kind: 'pdf', tags: 'quick' }],
    ['photos wider than a hand', { kind: 'image' }],
    ['photos 2 m wide', { kind: 'image' }],
    ['photos -beach', { kind: 'image' }],
    ['PDFs or photos of the flat', { kind: { in: ['pdf', 'image'] } }],
    ['notes, pdfs and photos about rent', { kind: { in: ['text', 'pdf', 'image'] } }],
    ['receipts, Ikea', { category: 'receipt' }],
    ['“ring main” photos', { kind: 'image' }],
    ['pdfs, not photos', { kind: 'pdf', and: [{ not: { kind: 'image' } }] }],
    ['summer party at the old lake house pics', {}],
    ['summer party lake house pics', { kind: 'image' }],
    ['photos shot by Bob', { kind: 'image', author: 'Bob' }],
    ['what did Anna write about rent', { author: 'Anna Lee' }],
    ['letters by Lee', { author: 'Anna Lee' }],
    ['what Anna Lee wrote about rent', { author: 'Anna Lee' }],
    ["Bob's letters", { author: 'Bob' }],
    ['concerts in Berlin or Paris', { place: { in: ['Berlin', 'Paris'] } }],
    ["don't show me pdfs", { and: [{ not: { kind: 'pdf' } }] }],
    ['concerts outside of Berlin', { and: [{ not: { place: 'Berlin' } }] }],
    ['rent, no pdfs', { and: [{ not: { kind: 'pdf' } }] }],
    ['rent that is not from 2024', { and: [{ not: date('2024-01-01', '2025-01-01') }] }],
  ])('%s', (text, expected) => {
    expect(where(text)).toEqual(expected);
  });

  test.each(['rent tagged holiday', 'rent by Dora', 'videos of a dog'])(
    '%s: what no item has is no filter',
    (text) => {
      expect(where(text)).toEqual({});
    },
  );

  test('formats are told by the media type, and are of their kind where items have none', () => {
    const fields = [
      { kind: 'image', type: 'image/jpeg' },
      { kind: 'image', type: 'image/png' },
      {
        kind: 'document',
        type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      },
    ];
    expect(where('jpgs of the lake', { fields })).toEqual({ type: 'image/jpeg' });
    expect(where('.png with the logo', { fields })).toEqual({ type: 'image/png' });
    expect(where('word documents about rent', { fields })).toEqual({
      type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    });
    expect(where('jpgs of the lake')).toEqual({ kind: 'image' });
  });

  test('a tag that is what items are called is a kind; a folder is none', () => {
    const fields = [
      { tags: ['screenshot'], folders: ['Recipes'] },
      { tags: ['family'], folders: ['Home'] },
    ];
    expect(where('screenshots of the error', { fields })).toEqual({ tags: 'screenshot' });
    expect(where('family of four', { fields })).toEqual({});
    expect(where('recipes with pasta', { fields })).toEqual({});
    expect(where('home letters', { fields })).toEqual({});
  });

  test('a whole name is meant before a part of another, and a part may be of several', () => {
    const fields = [
      { author: 'Irving Berlin', place: 'Berlin' },
      { author: 'Anna Lee', place: 'Paris' },
      { author: 'Anna Poe', place: 'Rome' },
    ];
    expect(where('songs from Berlin', { fields })).toEqual({ place: 'Berlin' });
    expect(where('songs by Berlin', { fields })).toEqual({ author: 'Irving Berlin' });
    expect(where('songs by Anna', { fields })).toEqual({ author: { in: ['Anna Lee', 'Anna Poe'] } });
  });
});
