import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findData } from './data.ts';
import { collections, pageTexts } from './retrieval.ts';
import { textSuite } from './suites/text.ts';

const files = (folder: string, content: Record<string, string>): string => {
  for (const [name, text] of Object.entries(content)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
};
const temporary = () => mkdtempSync(join(tmpdir(), 'tte-eval-'));
const line = (_id: string, text: string | null, title?: string) =>
  `${JSON.stringify({ _id, ...(title !== undefined && { title }), text })}\n`;
const collection = {
  'corpus.jsonl': `${line('a', 'bees make honey', 'Bees')}${line('b', '')}${line('c', '  ', '')}${line('d', null, 'Only a title')}\n`,
  'queries.jsonl': `${line('q', 'honey?')}${line('r', ' ')}${line('s', 'nobody knows')}${line('t', 'lost')}`,
  'qrels.tsv': 'query-id\tcorpus-id\tscore\nq\ta\t2\nq\tb\t1\nr\ta\t1\ns\ta\t0\nt\tb\t1\n',
};
const below = (folder: string) =>
  Object.fromEntries(Object.entries(collection).map(([name, text]) => [`${folder}/${name}`, text]));

test('a collection is found as it is given, in beir/, or one of several', () => {
  const names = (folder: string) => collections(folder).map(({ name }) => name);
  expect(names(files(temporary(), collection))).toEqual(['']);
  expect(names(files(temporary(), below('beir')))).toEqual(['']);
  expect(names(files(temporary(), { ...below('beir/two'), ...below('beir/one') }))).toEqual(['one', 'two']);
  expect(names(files(temporary(), { ...below('two'), ...below('one'), 'readme/x.txt': '' }))).toEqual([
    'one',
    'two',
  ]);
  expect(collections(temporary())[0]!.note).toContain('text-think');
  expect(collections(undefined)[0]!.queries).toHaveLength(51);
});

test('empty passages and questions are left out and counted, and what only they would answer', () => {
  const [found] = collections(files(temporary(), collection));
  expect(found!.corpus).toEqual([
    { id: 'a', text: 'Bees. bees make honey' },
    { id: 'd', text: 'Only a title' },
  ]);
  expect(found!.queries).toEqual([{ id: 'q', text: 'honey?' }]);
  expect(found!.note).toContain('2 empty passages and 1 empty questions');
});

test('judgements may come without a line of titles', () => {
  const [, ...judgements] = collection['qrels.tsv'].split('\n');
  const [found] = collections(files(temporary(), { ...collection, 'qrels.tsv': judgements.join('\n') }));
  expect(found!.grades.get('q')).toEqual(new Map([['a', 2]]));
});

test('the texts of pages are a folder of their own, else those of the first folder that has some', () => {
  const both = files(temporary(), { ...below('beir/one'), ...below('pages') });
  expect(pageTexts([both]).map(({ name, corpus }) => [name, corpus.length])).toEqual([['', 2]]);
  const elsewhere = files(temporary(), below('pages'));
  const beside = files(temporary(), below('beir/one'));
  expect(collections(elsewhere)[0]!.note).toContain('text-think');
  expect(pageTexts([beside, elsewhere]).map(({ name }) => name)).toEqual(['']);
  expect(pageTexts([temporary(), beside]).map(({ name }) => name)).toEqual(['one']);
  expect(pageTexts([temporary()])[0]!.note).toContain('text-think');
});

test('identifiers that are numbers are those of the judgements', () => {
  const numbers = { ...below('beir') };
  numbers['beir/corpus.jsonl'] = '{"_id": 1, "text": "bees"}\n';
  numbers['beir/queries.jsonl'] = '{"_id": 7, "text": "honey"}\n';
  numbers['beir/qrels.tsv'] = 'query-id\tcorpus-id\tscore\n7\t1\t1\n';
  const [found] = collections(files(temporary(), numbers));
  expect(found!.queries).toEqual([{ id: '7', text: 'honey' }]);
});

test('sentences that are empty are left out; a run has its collections as families', () => {
  const sts = 'x\tx\tx\tx\t5\ta\tb\nx\tx\tx\tx\t5\t\tb\nx\tx\tx\tx\t1\ta\t \n';
  const folder = files(temporary(), { ...below('beir/one'), ...below('beir/two'), 'sts.tsv': sts });
  const data = findData(folder);
  expect(data.sentences).toEqual([{ score: 5, a: 'a', b: 'b' }]);
  const { indexed } = textSuite(data, 1, { pairs: 10, questions: 10 });
  expect(indexed?.map(({ family, relevant }) => [family, relevant])).toEqual([
    ['retrieval/one', [new Map([[0, 2]])]],
    ['retrieval/two', [new Map([[0, 2]])]],
  ]);
});
