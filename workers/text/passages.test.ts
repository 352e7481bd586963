import { readdirSync, readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import { expect, test } from 'vitest';
import { estimateTokens, passageSpans, splitPassages } from './passages.ts';

const words = (text: string) => text.split(/\s+/).filter(Boolean).length;
const sentence = (n: number) => `Sentence ${n} has exactly six words.`;
const section = (...paragraphs: string[]) => [{ headings: ['Bees', 'Hives'], anchor: 'hives', paragraphs }];

test('a short section is one passage under its heading', () => {
  expect(splitPassages(section('Bees live here.', 'In many rooms.'))).toEqual([
    { headings: ['Bees', 'Hives'], anchor: 'hives', text: 'Hives\nBees live here.\n\nIn many rooms.' },
  ]);
  expect(splitPassages([{ headings: [], anchor: null, paragraphs: ['No heading.'] }])).toEqual([
    { headings: [], anchor: null, text: 'No heading.' },
  ]);
  expect(splitPassages(section('', '  \n'))).toEqual([]);
  expect(splitPassages([])).toEqual([]);
});

test('paragraphs stay whole where they fit', () => {
  const paragraphs = [1, 2, 3].map((n) => `${sentence(n)} ${sentence(n + 10)}`);
  const found = splitPassages(section(...paragraphs), { maxTokens: 20, overlap: 0, count: words });
  expect(found.map(({ text }) => text)).toEqual(paragraphs.map((paragraph) => `Hives\n${paragraph}`));
});

test('passages keep to the budget, lose nothing, and begin with the end of the one before', () => {
  const long = Array.from({ length: 40 }, (_, n) => sentence(n)).join(' ');
  const found = splitPassages(section('A short beginning.', long), {
    maxTokens: 31,
    overlap: 6,
    count: words,
  });
  for (const { text } of found) expect(words(text)).toBeLessThanOrEqual(31);
  for (let n = 0; n < 40; n++) expect(found.some(({ text }) => text.includes(sentence(n)))).toBe(true);
  for (const [i, { text }] of found.entries()) {
    if (i === 0) continue;
    const first = text.split('\n')[1]?.slice(0, sentence(10).length - 1) as string;
    expect(found[i - 1]?.text).toContain(first);
  }
});

test.each([
  ['a sentence without an end', Array.from({ length: 500 }, (_, i) => `word${i}`).join(' '), 20],
  ['one endless word', 'x'.repeat(5_000), 20],
  ['Chinese without spaces', '蜜蜂住在蜂巢里'.repeat(100), 50],
  ['an emoji at every cut', '👩‍👩‍👧'.repeat(400), 30],
])('%s is cut where it must be', (_, text, maxTokens) => {
  const found = splitPassages([{ headings: [], anchor: null, paragraphs: [text] }], {
    maxTokens,
    overlap: 4,
  });
  expect(found.length).toBeGreaterThan(1);
  for (const passage of found) expect(estimateTokens(passage.text)).toBeLessThanOrEqual(maxTokens);
  expect(
    found
      .map((passage) => passage.text)
      .join('')
      .replaceAll(' ', '').length,
  ).toBeGreaterThanOrEqual(text.replaceAll(' ', '').length);
});

test('a heading longer than the budget leaves room for the text', () => {
  const headings = [Array.from({ length: 100 }, (_, i) => `heading${i}`).join(' ')];
  const found = splitPassages([{ headings, anchor: null, paragraphs: ['The text itself.'] }], {
    maxTokens: 20,
    count: words,
  });
  expect(found).toHaveLength(1);
  expect(words(found[0]?.text as string)).toBeLessThanOrEqual(20);
  expect(found[0]?.text).toContain('The text itself.');
});

test.each([
  ['prose', Array.from({ length: 90 }, (_, n) => `${sentence(n)}${n % 7 === 6 ? '\n\n' : ' '}`).join('')],
  ['one endless word', 'x'.repeat(5_000)],
  ['Chinese without spaces', '蜜蜂住在蜂巢里'.repeat(100)],
  ['emoji', '🐝'.repeat(900)],
  ['lines', 'name;value\n'.repeat(300)],
  ['HTML', '<p>Bees live here.</p>'.repeat(90)],
])('the passages of %s are parts of it within the budget, and leave out nothing', (_, text) => {
  const spans = passageSpans(` \n${text}\n`, { maxTokens: 50, overlap: 8 });
  expect(spans.length).toBeGreaterThan(5);
  let covered = 0;
  for (const { start, end } of spans) {
    const passage = ` \n${text}\n`.slice(start, end);
    expect(passage).toBe(passage.trim());
    expect(passage).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    expect(estimateTokens(passage)).toBeLessThanOrEqual(50);
    expect(end).toBeGreaterThan(covered);
    expect(` \n${text}\n`.slice(covered, start).trim()).toBe('');
    covered = end;
  }
  expect(` \n${text}\n`.slice(covered).trim()).toBe('');
});

test.each([
  ['Markdown', (title: string, text: string) => `# ${title}\n${text}\n`],
  ['HTML', (title: string, text: string) => `<h2>${title}</h2><p>${text}</p>`],
])('in %s a passage begins with a heading, but short sections are one', (_, section) => {
  const long = (from: number) => Array.from({ length: 5 }, (_, n) => sentence(from + n)).join(' ');
  const text = section('One', long(0)) + section('Two', long(10)) + section('a', 'b') + section('c', 'd');
  const found = passageSpans(text, { maxTokens: 75 }).map(({ start, end }) => text.slice(start, end));
  expect(found.map((passage) => /One|Two/.exec(passage)?.[0])).toEqual(['One', 'Two', undefined]);
  expect(found[2]?.replace(/<[^>]*>|[#\s]/g, '')).toBe('abcd');
});

test('a text that fits is one passage; white space is none', () => {
  expect(passageSpans(' Bees live here. \n')).toEqual([{ start: 1, end: 16 }]);
  for (const text of ['', ' \n ']) expect(passageSpans(text)).toEqual([]);
});

test('the estimate is rather too high than too low for the built-in tokenizer', () => {
  const folder = 'public/models/pico';
  const json = (name: string) => JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
  const tokenizer = new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'));
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
  const texts = pages.flatMap((name) =>
    readFileSync(`docs/${name}`, 'utf8')
      .split(/\n\n+/)
      .filter((text) => words(text) > 20),
  );
  const ratios = texts
    .map((text) => estimateTokens(text) / tokenizer.encode(text).ids.length)
    .sort((a, b) => a - b);
  expect(texts.length).toBeGreaterThan(100);
  expect(ratios[Math.floor(ratios.length / 20)]).toBeGreaterThan(0.9);
  expect(ratios[ratios.length >> 1]).toBeLessThan(1.5);
});
