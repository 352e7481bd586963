/** Questions about clips, and what is told. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createNouns } from '../photo-question/nouns.ts';
import { spread } from './movements.ts';
import { asksForMovement, readClipQuestion } from './read.ts';
import { isAskedFor, tellClip } from './tell.ts';
import type { Event } from './tracks.ts';

const rules = JSON.parse(readFileSync('public/models/pico/objects.json', 'utf8'));
const nouns = createNouns({ names: rules.names, ...rules.questions });
const RIGHT: Event = { what: 'moves', way: 'right' };

describe('what is told', () => {
  const tell = (text: string, event: Event, names: Readonly<Record<string, number>>) => {
    const question = text === '' ? null : readClipQuestion(text, nouns);
    return isAskedFor(question, event)
      ? tellClip(question, event, new Map(Object.entries(names)), 'a')
      : null;
  };

  it.each<[string, Event, string | null]>([
    ['', RIGHT, 'a dog moves from left to right'],
    ['', { what: 'moves', way: 'up' }, 'a dog moves from the bottom to the top'],
    ['', { what: 'comes', way: 'right' }, 'a dog comes in from the left'],
    ['', { what: 'leaves', way: 'down' }, 'a dog leaves to the bottom'],
    ['what happens?', RIGHT, 'a dog moves from left to right'],
    ['which thing moves ?', RIGHT, 'dog moves from left to right : dog'],
    ['Which vehicle is moving?', RIGHT, 'car moves from left to right : car'],
    ['What moves to the left?', RIGHT, null],
    ['What moves to the right?', RIGHT, 'dog moves from left to right : dog'],
    ['in which direction does the dog move ?', RIGHT, 'dog moves from left to right : right'],
    ['Does the ball move left or right?', RIGHT, 'sports ball moves from left to right : right'],
    ['what comes into the picture ?', { what: 'comes', way: 'right' }, 'dog comes in from the left : dog'],
    ['what comes into the picture ?', RIGHT, null],
    ['what leaves the picture ?', { what: 'leaves', way: 'left' }, 'dog leaves to the left : dog'],
  ])('%s', (text, event, told) => {
    expect(tell(text, event, { car: 0.3, dog: 0.5, cat: 0.05 })).toBe(told);
  });

  it('is no name that is not seen', () => {
    expect(tell('which thing moves ?', RIGHT, { dog: 0.05 })).toBe('');
    expect(tell('', RIGHT, {})).toBe('something moves from left to right');
    expect(tell('which way does it go ?', RIGHT, {})).toBe('something moves from left to right : right');
  });
});

describe('questions', () => {
  it.each([
    ['which thing moves ?', 'moves'],
    ['What is moving?', 'moves'],
    ['Which of the animals changes its place?', 'moves animal'],
    ['the thing that moves', 'moves'],
    ['Who moves?', 'moves'],
    ['What moves past the car?', 'moves'],
    ['what comes into the picture ?', 'comes'],
    ['Which vehicle enters the scene?', 'comes vehicle'],
    ['What appears?', 'comes'],
    ['What leaves?', 'leaves'],
    ['what goes out of the frame', 'leaves'],
    ['Which person disappears?', 'leaves person'],
    ['In which direction does the car move?', 'direction car'],
    ['which way is the man walking', 'direction man'],
    ['Where does the bus go?', 'direction bus'],
    ['what happens in this clip?', 'happens'],
    ['What is going on here?', 'happens'],
  ])('%s', (text, meant) => {
    const question = readClipQuestion(text, nouns);
    expect([question?.asks, question?.subject?.word].filter(Boolean).join(' ')).toBe(meant);
    expect(asksForMovement(text)).toBe(true);
  });

  it.each([
    'What is left of the dog?',
    'How many people are there?',
    'How many cars are moving?',
    'a dog moves from left to right',
    'a train that leaves a station',
    'Where is the dog?',
    'What is the man riding?',
    'the same but with a cat',
    '',
  ])('leaves to the reasoner: %s', (text) => {
    expect(asksForMovement(text)).toBe(false);
    expect(readClipQuestion(text, nouns)).toBeNull();
  });
});

it.each([
  [3, 8, [0, 1, 2]],
  [15, 8, [0, 2, 4, 6, 8, 10, 12, 14]],
  [100, 3, [0, 50, 99]],
])('of %i frames at most %i are looked at', (count, most, places) => {
  expect(
    spread(
      Array.from({ length: count }, (_, i) => i),
      most,
    ),
  ).toEqual(places);
});
