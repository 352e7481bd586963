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
    ['curry sans peanuts', 'curry', ['peanuts']],
    ['curry besides korma', 'curry', ['korma']],
    ['letters not related to divorce', 'letters', ['divorce']],
    ['no peanuts, curry', 'curry', ['peanuts']],
    ['curry -peanuts -onions', 'curry', ['peanuts', 'onions']],
    ['birds, excluding ducks, geese and swans', 'birds', ['ducks', 'geese', 'swans']],
    ['curry without peanuts, tofu or rice.', 'curry', ['peanuts', 'tofu', 'rice']],
  ])('%s', (text, left, not) => {
    expect(ask(text)).toMatchObject({ text: left, not });
  });

  test.each([
    'why do cells not divide',
    'can it be treated without medication',
    'methods for avoiding deadlock',
    'no-fault divorce',
    'not only dogs',
    'no time to die',
    'waste not want not',
    'i have not failed i have found 10000 ways',
    'not without my daughter',
    'never let me go',
    'without me',
    'with or without you',
    "i can't get no satisfaction",
    'spider-man no way home',
    'command not found',
    'living without plastic',
    'i before e except after c',
    'What is not known about dark matter?',
  ])('%s: nothing is excluded', (text) => {
    expect(ask(text)).toEqual(untouched(text));
  });
});
