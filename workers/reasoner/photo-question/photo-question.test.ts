/** What questions about photographs ask, in many wordings, and what objects answer. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DetectedObject } from '../../../src/shared/types.ts';
import { createNouns } from './nouns.ts';
import { createAnswerer } from './photo-question.ts';
import { readQuestion } from './read.ts';

const rules = JSON.parse(readFileSync('public/models/pico/objects.json', 'utf8'));
const nouns = createNouns({ names: rules.names, ...rules.questions });

/** `asks subject|place`. */
function read(text: string): string | null {
  const question = readQuestion(text, nouns);
  if (!question) return null;
  const { asks, subject, place } = question;
  const where =
    place === null
      ? ''
      : 'area' in place
        ? `area ${place.area.across} ${place.area.down}`
        : `${place.relation} ${place.anchor.names.length > 1 ? place.anchor.word : place.anchor.names}`;
  return `${asks} ${subject ? (subject.isKind ? subject.word : subject.names) : ''}|${where}`;
}

test.each([
  ['what left dog', 'What is left of the dog?'],
  ['what left dog', 'what is to the left of that brown puppy'],
  ['what left dog', 'Which object do you see on the left-hand side of the dog?'],
  ['what left dog', "What's on the dog's left?"],
  ['what left dog', 'What does the dog have to its left?'],
  ['what left dog', 'name the thing at the left of the dogs'],
  ['what left dog', 'What is the dog to the right of?'],
  ['what left dog', 'the dog is right of what'],
  ['what right person', 'What stands to the right of the woman?'],
  ['what above dining table', 'what can be seen over the table'],
  ['what below bed', 'Which thing lies under the bed'],
  ['what beside tv', 'what is next to the television set?'],
  ['what on couch', 'What is on the sofa?'],
])('%s: %s', (meant, text) => {
  const [, relation, ...name] = meant.split(' ');
  expect(read(text)).toBe(`what |${relation} ${name.join(' ')}`);
});

test.each([
  ['count person|', 'How many people are there?'],
  ['count person|', 'how many men can you count in the photo'],
  ['count person|', 'Count the children.'],
  ['count knife|', 'number of knives'],
  ['count wine glass|', 'What is the number of wine glasses?'],
  ['count bus|', 'how many buses'],
  ['count bench|', 'how many benches do you see'],
  ['count animal|', 'How many animals are in the picture?'],
  ['count vehicle|area -1 null', 'how many vehicles are on the left side of the image?'],
  ['count vehicle|area -1 null', 'how many vehicles are on the left side of the snapshot?'],
  ['count vehicle|area -1 null', 'how many vehicles are on the left side of the screen?'],
  ['count person|left car', 'How many people are left of the car?'],
  ['kind cat|', 'What kind of thing is the cat?'],
  ['kind bicycle|', 'to which category does the bike belong'],
  ['kind |right cup', 'What type of object is to the right of the mug?'],
  ['kind |area 1 -1', 'what kind of thing is in the top right corner?'],
  ['what animal|', 'What kind of animal is this?'],
  ['what animal|beside person', 'Which animal is beside the boy?'],
  ['what |area -1 1', 'What is in the lower left?'],
  ['where clock|', 'Where is the clock?'],
  ['where frisbee|', 'On which side of the picture is the frisbee?'],
  ['exists zebra|', 'Is there a zebra?'],
  ['exists person|', 'Are there any people in this photo'],
  ['find horse|', 'the horse'],
  ['find horse|', 'Show me the part of the image with the horse.'],
  ['find pizza|', 'Which crop shows the pizza?'],
  ['find |above keyboard', 'the thing above the keyboard'],
  ['find dog|left bench', 'Find the dog left of the bench'],
])('%s: %s', (meant, text) => {
  expect(read(text)).toBe(meant);
});

test.each([
  ['a change', 'the same but with a dog instead of the cat'],
  ['a change', 'replace the dog with a horse'],
  ['a description', 'the dog is asleep on a couch'],
  ['a description', 'a man riding a horse'],
  ['something unknown', 'what is left of the camera ?'],
  ['no thing', 'what is this?'],
  ['why', 'why is the dog running?'],
  ['nothing', ''],
  ['an instruction', 'Find a caption for the picture.'],
])('%s is left to the reasoner: %s', (_what, text) => {
  expect(read(text)).toBeNull();
});

describe('answers', () => {
  const object = (name: string, x: number, y: number, side = 20, score = 0.8): DetectedObject => ({
    name,
    score,
    box: { x, y, width: side, height: side },
  });
  const objects = [
    object('couch', 40, 60, 30, 0.9),
    object('dog', 5, 65),
    object('cat', 75, 60, 15),
    object('clock', 50, 5, 10, 0.5),
    object('person', 20, 30, 15),
    object('person', 60, 30, 15, 0.4),
    object('person', 0, 0, 15, 0.2),
  ];
  const answerer = createAnswerer(rules);
  const answer = (text: string) => answerer?.answer(text, objects, { width: 100, height: 100 }) ?? null;

  test.each([
    ['What is left of the couch?', 'couch southeast , left southwest : dog'],
    ['what is right of the sofa', 'couch southeast , right southeast : cat'],
    ['Which thing is above the couch?', 'couch southeast , above northwest : person'],
    [
      'what kind of thing is to the right of the couch',
      'couch southeast , right southeast cat : mammal , animal , pet',
    ],
    ['What kind of thing is the dog?', 'dog southwest : animal , mammal , pet'],
    // One of three is too unsure to be counted.
    ['How many people are there?', 'person : two person'],
    ['how many animals do you see', 'animal : two animal'],
    ['How many horses?', 'horse : none horse'],
    ['how many people are left of the cat', 'person : two person'],
    ['which animal is in the bottom right', 'cat southeast : cat'],
    ['where is the clock', 'clock northeast : top'],
    ['is there a dog', 'dog : yes'],
    ['is there a zebra', 'zebra : no'],
    ['the thing left of the couch', 'couch southeast , left southwest : dog'],
  ])('%s %s', (text, statement) => {
    expect(answer(text)?.statement).toBe(statement);
  });

  test.each<[string, DetectedObject[], string, string?]>([
    [
      'one box stands for a thing that is seen twice',
      [object('cow', 10, 10, 40), object('cow', 25, 15, 40, 0.5)],
      'one',
    ],
    ['of a kind, too', [object('cow', 10, 10, 40), object('horse', 25, 15, 40, 0.5)], 'one', 'animals'],
    ['neighbours that hardly overlap are two', [object('cow', 0, 0, 20), object('cow', 18, 0, 20)], 'two'],
    [
      'unsure ones do not count beside a sure one',
      [object('cow', 0, 0), object('cow', 60, 60, 20, 0.2)],
      'one',
    ],
    ['there is one, however unsure, since it is asked for', [object('cow', 0, 0, 20, 0.12)], 'one'],
    ['what is not seen at all is not there', [object('dog', 0, 0)], 'none'],
  ])('%s', (_, seen, number, said = 'cows') => {
    const word = said.slice(0, -1);
    const statement = answerer?.answer(`How many ${said} are there?`, seen, {
      width: 100,
      height: 100,
    })?.statement;
    expect(statement).toBe(`${word} : ${number} ${word}`);
  });

  test('whether there is one is not taken for granted', () => {
    const seen = [object('cow', 0, 0, 20, 0.2)];
    const size = { width: 100, height: 100 };
    expect(answerer?.answer('Are there cows?', seen, size)?.statement).toBe('cow : no');
    expect(answerer?.answer('Are there cows?', [object('cow', 0, 0, 20, 0.4)], size)?.statement).toBe(
      'cow : yes',
    );
  });

  test('what is asked about, and what answers, is told', () => {
    expect(answer('What is left of the couch?')?.about.map(({ name }) => name)).toEqual(['couch', 'dog']);
  });

  test('only what is to be found is shown', () => {
    expect(
      answerer?.answer('the thing left of the couch', objects, { width: 100, height: 100 })?.shown?.name,
    ).toBe('dog');
    expect(answer('What is left of the couch?')).not.toHaveProperty('shown');
  });

  test.each([
    'What is in the upper left corner?',
    'what kind of thing is in the bottom right of the picture',
  ])('null for a corner without a name, which the reasoner looks at: %s', (text) => {
    expect(answer(text)).toBeNull();
  });

  test('of a corner that is looked for something named, and of a side, the objects tell', () => {
    expect(answer('which animal is in the bottom right')?.statement).toBe('cat southeast : cat');
    expect(answer('what is on the right side of the picture')?.statement).toBe('couch southeast : couch');
  });

  test.each(['what is left of the zebra?', 'What is below the couch?', 'where is the horse'])(
    'null where it was not found: %s',
    (text) => {
      expect(answer(text)).toBeNull();
    },
  );

  test('a folder without words for questions answers none', () => {
    const { questions: _, ...listing } = rules;
    expect(createAnswerer(listing)).toBeNull();
  });
});
