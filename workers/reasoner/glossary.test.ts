import { expect, test } from 'vitest';
import { createGlossary } from './glossary.ts';
import type { ThinkInput } from './types.ts';

const glossary = createGlossary({ lion: 'big cat , feline', 'ice cream': 'frozen dessert' });
const picture = {} as ThinkInput['images'][number];

test('a statement about one thing is continued', () => {
  expect(glossary.expansionFor('lion : mammal , animal')).toBe(' , big cat , feline');
  expect(glossary.expansionFor('ice cream : dish')).toBe(' , frozen dessert');
});

test.each([
  'northwest lion : mammal',
  'lion northwest , left : ice cream',
  'lion , ice cream',
  'tiger : mammal',
  'toString : function',
  '',
])('nothing is added to %j', (answer) => {
  expect(glossary.expansionFor(answer)).toBe('');
});

test('only pictures without a question are described', () => {
  const asked = { images: [picture], text: '', instruction: '' };
  expect(glossary.appliesTo(asked)).toBe(true);
  expect(glossary.appliesTo({ ...asked, text: 'what kind of thing is a lion ?' })).toBe(false);
  expect(glossary.appliesTo({ ...asked, images: [] })).toBe(false);
});
