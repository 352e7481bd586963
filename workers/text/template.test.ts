import { describe, expect, it } from 'vitest';
import { promptParts, renderTemplate } from './template.ts';

describe('prompt templates', () => {
  const template = '{image}[[{instruction}\n]]{text}[[ ({trace})]]';

  it('fills placeholders and drops optional parts with an empty one', () => {
    expect(renderTemplate(template, { text: 'a cat', instruction: 'What is it?' })).toBe(
      'What is it?\na cat',
    );
    expect(renderTemplate(template, { text: 'a cat', trace: 'an animal' })).toBe('a cat (an animal)');
    expect(renderTemplate(template, {})).toBe('');
  });

  it('repeats the image token for each image, in order', () => {
    expect(renderTemplate(template, { text: 'x', image: '<image><image>' })).toBe('<image><image>x');
    expect(promptParts(template, { instruction: 'i', text: 't', images: 2 })).toEqual([
      { type: 'image' },
      { type: 'image' },
      { type: 'text', text: 'i\nt' },
    ]);
  });

  it('takes values as they are, also when they look like templates', () => {
    expect(renderTemplate('{text}|{instruction}', { text: '{instruction} [[x]]', instruction: '$&' })).toBe(
      '{instruction} [[x]]|$&',
    );
  });

  it('keeps a part whose placeholders are all there, and only then', () => {
    expect(renderTemplate('[[{image}: {text}]]', { image: 'I' })).toBe('');
    expect(renderTemplate('[[{image}: {text}]]', { image: 'I', text: 't' })).toBe('I: t');
    expect(renderTemplate('[[constant ]]{text}', { text: 't' })).toBe('constant t');
  });
});
