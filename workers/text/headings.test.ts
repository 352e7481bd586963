import { expect, test } from 'vitest';
import { headingAt, headingsOf } from './headings.ts';

const textsOf = (text: string) => headingsOf(text).map((heading) => heading.text);

test('headings of Markdown and HTML, without their signs and tags', () => {
  expect(textsOf('# Bees\n\ntext\n## In  a hive ##\ntext')).toEqual(['Bees', 'In a hive']);
  expect(textsOf('<h1 class="a">Bees &amp; <em>hives</em></h1><p>text</p>\n<H2>Honey</H2>')).toEqual([
    'Bees &amp; hives',
    'Honey',
  ]);
  expect(textsOf('# C#\n# Learning F# #')).toEqual(['C#', 'Learning F#']);
});

test('neither tags such as #bees nor empty headings nor comments in fenced code are headings', () => {
  expect(textsOf('#bees\n#\n# \ntext # text\n```sh\n# install\n```\n# Use\n~~~\n# this\n~~~')).toEqual([
    'Use',
  ]);
});

test('the heading that a place stands under, or begins with', () => {
  const text = 'before\n# One\ntext\n# Two\ntext';
  const headings = headingsOf(text);
  const at = (part: string) => headingAt(headings, text.lastIndexOf(part))?.text ?? null;
  expect([at('before'), at('# One'), at('# Two'), at('text')]).toEqual([null, 'One', 'Two', 'Two']);
  expect(headingAt(headings, text.indexOf('text'))?.text).toBe('One');
});

test.each([
  ['spaces', `# ${' '.repeat(300_000)}`],
  ['signs', '#'.repeat(300_000)],
  ['open tags', '<h1>'.repeat(50_000)],
  ['fences', '```\n'.repeat(50_000)],
  ['line breaks', '\n'.repeat(300_000)],
])('a text of nothing but %s has none, and is read in time', (_what, text) => {
  expect(headingsOf(text)).toEqual([]);
});
