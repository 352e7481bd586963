import { describe, expect, test } from 'vitest';
import { ask } from '../../testing/questions.ts';
import { untouched } from './understand.ts';

describe('exclusions', () => {
  test.each<[string, string, string[]]>([
    ['curry, not hot', 'curry', ['hot']],
    ['curry not hot or sour', 'curry', ['hot', 'sour']],
    ['curry without peanuts', 'curry', ['peanuts']],
    ["curry that isn't hot", 'curry', ['hot']],
    ['curry with no peanuts in it', 'curry', ['peanuts']],
    ['anything but curry', 'anything but curry', ['curry']],
    ['jazz -vocals', 'jazz', ['vocals']],
    ['curry w/o peanuts', 'curry', ['peanuts']],
    ['curry rather than soup', 'curry', ['soup']],
    ['hotels except in Rome', 'hotels', ['Rome']],
    ['curry with neither peanuts nor onions', 'curry', ['peanuts', 'onions']],
    ['peanut-free curry', 'peanut-free curry', ['peanut']],
  ])('%s', (text, left, not) => {
    expect(ask(text)).toMatchObject({ text: left, not });
  });

  test.each([
    'why do cells not divide',
    'can it be treated without medication',
    'methods for avoiding deadlock',
    'no-fault divorce',
    'not only dogs',
    'What is not known about dark matter?',
  ])('%s: nothing is excluded', (text) => {
    expect(ask(text)).toEqual(untouched(text));
  });
});
