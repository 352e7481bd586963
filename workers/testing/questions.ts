/** For tests: questions about a few items, taken apart. */
import { casual, GB } from 'chrono-node/en';
import type { Metadata, MetadataFilter, Understood } from '../../src/shared/index-types.ts';
import { createFieldProfile } from '../index/question/fields.ts';
import { asItIs } from '../index/question/translate.ts';
import { isWorthReading, understand, untouched } from '../index/question/understand.ts';

/** A Saturday. */
export const now = new Date(2026, 10, 28, 19);
const items: readonly Metadata[] = [
  {
    ...{
      date: '2024-05-01',
      price: 12.5,
      tags: ['vegan', 'quick'],
      kind: 'pdf',
      rating: 4,
      duration_min: 20,
    },
    ...{
      author: 'Anna Lee',
      place: 'Berlin',
      pages: 3,
      bytes: 5000,
      servings: 2,
      category: 'recipe',
      folder: 'work',
    },
  },
  {
    ...{
      date: '2026-07-01',
      price: 80,
      tags: ['nuts', 'tax return'],
      kind: 'image',
      rating: 2,
      duration_min: 90,
    },
    ...{
      author: 'Bob',
      place: 'Paris',
      pages: 300,
      bytes: 5e6,
      servings: 4,
      category: 'invoice',
      folder: 'home',
    },
  },
  {
    ...{ date: '2025-07-01', price: 800, tags: ['work', 'spicy'], kind: 'text', rating: 5, duration_min: 45 },
    ...{
      author: 'Cara',
      place: 'New York',
      pages: 30,
      bytes: 5e7,
      servings: 6,
      category: 'receipt',
      folder: 'home',
    },
  },
];

export function ask(text: string, { fields = items, locale = 'en-GB' } = {}): Understood {
  if (!isWorthReading(text, true)) return untouched(text);
  const profile = createFieldProfile();
  for (const metadata of fields) profile.add(metadata);
  const chrono = locale === 'en-US' ? casual : GB;
  return understand(asItIs(text), { fields: profile.fields(now), now, locale, chrono });
}

export const where = (text: string, options?: Parameters<typeof ask>[1]): MetadataFilter =>
  ask(text, options).where;
export const date = (gte?: string, lt?: string) => ({ date: { ...(gte && { gte }), ...(lt && { lt }) } });
