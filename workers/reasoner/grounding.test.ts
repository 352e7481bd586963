import { expect, test } from 'vitest';
import { drawnFrom, mostShared } from './grounding.ts';

const passages = [
  'The library on Mill Street is open from nine to six. It is closed on Sundays.',
  'Dentist: Dr Okafor, 14 Harbour Lane. Bring the insurance card.',
  'The landlord raised the rent to 980 euros from July on.',
  'The train to Basel leaves at 7:42 from platform 5.',
];

test.each([
  ['Dr Okafor.', 'Who is our dentist?', [1]],
  ['The rent was raised to 980 euros.', 'How high is the rent?', [2]],
  ['It leaves at 7:42.', 'When does the train leave?', [3]],
  ['Libraries close on Sunday', 'Is it open at the weekend?', [0]], // inflected
  ['At the Library, Mill Street; for the dentist an insurance card.', 'What do you know?', [0, 1]],
])('%s', (answer, question, sources) => {
  expect(drawnFrom(answer, question, passages)).toEqual(sources);
});

test.each([
  ['The dentist has the number 555 1234.', 'What is the number of the dentist?'], // a number that stands nowhere
  ['The train leaves at 7:45 from platform 5.', 'When does the train to Basel leave?'],
  ['A renowned orthodontist from Ghana called Okafor.', 'Who is our dentist?'], // mostly made up
  ['The train to Basel.', 'Where does the train to Basel go?'], // says the question again
  ['The train goes to the library and the landlord raised the insurance.', 'What happened?'], // of everything something
  ['', 'When?'],
  ['It is not said.', 'Who won?'],
])('no source: %s', (answer, question) => {
  expect(drawnFrom(answer, question, passages)).toEqual([]);
});

test('a word that several passages have tells less than one that one has', () => {
  const both = ['a red kite over the hill', 'a red kite at the lake'];
  expect(drawnFrom('A red kite at the lake', 'What is it?', both)).toEqual([1]);
});

test('the part of a text with most of the question, the first of equals', () => {
  expect(mostShared('rent in July', passages)).toBe(2);
  expect(mostShared('quite something else', passages)).toBe(0);
});
