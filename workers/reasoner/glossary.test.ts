import { expect, test } from 'vitest';
import { createGlossary } from './glossary.ts';
import type { ThinkInput } from './types.ts';

const glossary = createGlossary({ lion: 'big cat , feline', 'ice cream': 'frozen dessert' });
const picture = {} as ThinkInput['images'][number];

test('a statement about one thing is gone on with', () => {
  expect(glossary.after('lion : mammal , animal')).toBe(' , big cat , feline');
  expect(glossary.after('ice cream : dish')).toBe(' , frozen dessert');
});

test.each([
  'northwest lion : mammal',
  'lion northwest , left : ice cream',
  'lion , ice cream',
  'tiger : mammal',
  'toString : function',
  '',
])('nothing is added to %j', (answer) => {
  expect(glossary.after(answer)).toBe('');
});

test('only pictures that nothing was asked about are described', () => {
  const asked = { images: [picture], text: '', instruction: '' };
  expect(glossary.serves(asked)).toBe(true);
  expect(glossary.serves({ ...asked, text: 'what kind of thing is a lion ?' })).toBe(false);
  expect(glossary.serves({ ...asked, images: [] })).toBe(false);
});
