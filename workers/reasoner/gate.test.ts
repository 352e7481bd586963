import { describe, expect, it } from 'vitest';
import { asksForPrint, asksForWhole, decide, decideByHits, type GateInput } from './gate.ts';

const ask = (input: Partial<GateInput>) =>
  decide({ text: '', instruction: '', images: 0, role: 'query', longestMode: 'full', ...input });

describe('gate', () => {
  it.each<[Partial<GateInput>, string]>([
    [{ text: 'a red boat on a river' }, 'never'],
    [{ images: 1 }, 'never'],
    [{ images: 1, text: 'a red boat' }, 'never'],
    [{ text: 'how do plants make food' }, 'never'],
    [{ text: 'Who wrote Faust?' }, 'never'],
    [{ text: 'Why is it raining, and how many days are left until the next summer?' }, 'never'],
    [{ text: 'a man is slicing an onion', instruction: 'Which kind of thing is done first?' }, 'never'],
    [{ images: 1, text: 'Warum ist der Himmel blau?' }, 'answer'],
    [{ images: 1, text: 'What is left of the boat?' }, 'full'],
    [{ images: 1, instruction: 'What kind of thing is at the top?' }, 'full'],
    [{ images: 1, text: 'Which river is longer than the Rhine and where does it end?' }, 'full'],
    [{ images: 1, text: 'What is left of the boat?', longestMode: 'answer' }, 'answer'],
    [{ images: 1, text: 'name the kind of thing in the corner' }, 'answer'],
    [{ images: 1, text: 'the thing to the left of the boat' }, 'answer'],
    [{ text: 'the thing to the left of the boat' }, 'never'],
    [{ images: 1, text: 'the same scene but with a dog' }, 'answer'],
    [{ images: 1, text: 'replace the boat with a car' }, 'answer'],
    [{ images: 1, text: 'the boat becomes a car' }, 'answer'],
    [{ images: 1, text: 'show the part of the picture with the boat' }, 'answer'],
    [{ images: 1, text: 'a part of a boat' }, 'never'],
    [{ images: 1, text: 'name the thing over the boat' }, 'answer'],
    [{ images: 1, text: 'find the boat' }, 'answer'],
    [{ images: 1, text: 'Identify the animal.' }, 'answer'],
    [{ images: 1, text: 'Name the object underneath the boat.' }, 'answer'],
    [{ images: 1, text: 'the boat' }, 'answer'],
    [{ images: 1, text: 'Read the label' }, 'answer'],
    [{ images: 1, text: 'a woman reads a text' }, 'never'],
    [{ text: 'the boat' }, 'never'],
    [{ text: 'replace the boat with a car' }, 'never'],
    [{ role: 'document', text: 'What is left of the boat?', images: 1 }, 'never'],
    [{ images: 1, text: `${'word '.repeat(100)}?` }, 'never'],
  ])('%j → %s', (input, mode) => {
    expect(ask(input).mode).toBe(mode);
  });

  it.each<[string, boolean]>([
    ['What is written here?', true],
    ['what does the sign say ?', true],
    ['Which words are on the box?', true],
    ['Please transcribe this page.', true],
    ['read the receipt', true],
    ['What kind of thing is left of the sign?', false],
    ['what is beside the man who says hello ?', false],
    ['a note that says goodbye', false],
    ['What is in the picture?', false],
  ])('asks for print: %j → %s', (text, asks) => {
    expect(asksForPrint(text)).toBe(asks);
  });

  it.each([
    ...[
      'Describe the picture.',
      'What is in the picture?',
      "What's in this photo?",
      'What do you see?',
      'caption this image',
      'What is this?',
    ],
    ...[
      'What does this photo show?',
      'What is this a photo of?',
      'Please describe this image in detail',
      'What can be seen here?',
    ],
    ...[
      'List all objects in the image',
      'What objects are there?',
      'what is happening in this picture ?',
      'Tell me what you see',
      'What is in this frame?',
    ],
  ])('asks for the whole picture: %s', (text) => {
    expect(asksForWhole(text)).toBe(true);
    expect(ask({ images: 1, text }).mode).toBe('answer');
  });

  it.each([
    ...[
      '',
      'What is left of the boat?',
      'What is on the left side of the photo?',
      'what is the animal in the picture eating ?',
    ],
    ...[
      'What is written in this picture?',
      'How many people are in the picture?',
      'Describe the dog',
      'a picture of a dog',
    ],
    ...[
      'What is in the top left corner of the image?',
      'the picture',
      'Who is in the photo?',
      'in the picture',
      'What is this animal?',
      'What is on the screen?',
    ],
  ])('asks for something in particular, or nothing: %s', (text) => {
    expect(asksForWhole(text)).toBe(false);
  });

  it.each<[string, number, 'answer' | undefined]>([
    ['Who painted the Mona Lisa?', 0.3, 'answer'],
    ['what do bees make', 0.3, 'answer'],
    ['Who painted the Mona Lisa?', 0.4, undefined],
    ['Who painted the Mona Lisa?', 0, undefined],
    ['the painter of the Mona Lisa', 0.3, undefined],
    [
      'What articles exist which deal with TSS (Time Sharing System), an operating system for IBM computers?',
      0.3,
      undefined,
    ],
  ])('after hits: %j with %f of its words → %s', (text, coverage, mode) => {
    expect(decideByHits(text, coverage)?.mode).toBe(mode);
  });

  it('gives its reason in a sentence', () => {
    expect(ask({ images: 1, text: 'How many dogs are left of the boat?' })).toEqual({
      mode: 'full',
      reason: 'A question that takes steps (place, count).',
    });
  });
});
