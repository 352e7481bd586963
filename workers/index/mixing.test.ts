import { expect, test } from 'vitest';
import { createTexts } from '../../bench/texts.ts';
import { dot, normalize } from '../embedder/vector.ts';
import { createMatrix, EXACT_ROWS, type Matrix } from './matrix.ts';
import { type Mixing, mix, spreadOfCosines } from './mixing.ts';
import { createPassageTable, type Passages } from './passage-table.ts';
import { packRows } from './rows.ts';
import { createTable, type Table } from './table.ts';
import { createWordScores, type WordScores } from './words/word-scores.ts';

const DIMENSIONS = 32;
const { random } = createTexts(3);
const gauss = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
const unit = () => normalize(Float32Array.from({ length: DIMENSIONS }, gauss));

interface World {
  table: Table;
  vectors: Matrix;
  passages: Passages;
  all: readonly Float32Array[];
}

function world(all: readonly Float32Array[]): World {
  const table = createTable(DIMENSIONS);
  const vectors = createMatrix(DIMENSIONS);
  const rows = packRows(all, DIMENSIONS);
  table.add(1, all.length, rows);
  vectors.append(rows);
  return { table, vectors, passages: createPassageTable(DIMENSIONS), all };
}

const both = (mixing: Omit<Mixing, 'spread'> & World & { vector: Float32Array }) =>
  mix({ ...mixing, spread: spreadOfCosines(mixing.vector, mixing.table, mixing.vectors) });

/** As if nothing of the words were known to the vectors, and, unless it is told, no item had all of the query's. */
function wordsOf(scores: Float32Array, covered = new Float32Array(scores.length)): WordScores {
  const rows = Uint32Array.from(scores.keys());
  const unknown = new Float32Array(scores.length).fill(1);
  return createWordScores({ rows, unknown, scores, covered }, 1, (row) => row);
}

const everything = ({ table, all }: World) => ({ mask: table.live, count: all.length });

test.each([300, EXACT_ROWS])('the best of %i by both are those of a comparison of all', (count) => {
  const made = world(Array.from({ length: count }, unit));
  const scores = Float32Array.from({ length: count }, (_, row) => (row % 9 === 0 ? 5 * random() : 0));
  const mask = Uint8Array.from({ length: count }, (_, row) => (row % 2 === 0 ? 1 : 0));
  for (const allowed of [everything(made), { mask, count: Math.ceil(count / 2) }]) {
    const vector = unit();
    const found = both({ ...made, vector, words: wordsOf(scores), allowed, topK: 10 });
    const [first] = found.filter(({ scores: { text } }) => text! > 0);
    const factor = first!.scores.text! / scores[first!.row]!;
    const cosines = made.all.map((other) => dot(vector, other));
    const deviation = (values: ArrayLike<number>) => {
      const mean = Array.from(values).reduce((sum, x) => sum + x, 0) / count;
      return Math.sqrt(Array.from(values).reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
    };
    expect(factor / (0.25 * (deviation(cosines) / deviation(scores)))).toBeCloseTo(1, 1); // cosines are sampled
    const expected = cosines
      .map((cosine, row) => ({ row, score: cosine + factor * scores[row]! }))
      .filter(({ row }) => allowed.mask[row] === 1)
      .sort((a, b) => b.score - a.score)
      .slice(0, 10);
    expect(found.map(({ row }) => row)).toEqual(expected.map(({ row }) => row));
    for (const [i, { score, scores: parts }] of found.entries()) {
      expect(score).toBeCloseTo(expected[i]!.score, 4);
      expect(score).toBeCloseTo(parts.vector! + parts.text!, 6);
    }
  }
});

test('a word that one item of thousands has adds a bounded part; without a matching word scores are cosines', () => {
  const made = world(Array.from({ length: 4000 }, unit));
  const vector = unit();
  const scores = new Float32Array(4000);
  const plain = both({ ...made, vector, words: null, allowed: everything(made), topK: 5 });
  expect(plain.every(({ score, scores: parts }) => score === parts.vector && parts.text === null)).toBe(true);
  const none = both({ ...made, vector, words: wordsOf(scores), allowed: everything(made), topK: 5 });
  expect(none.map(({ row, score }) => [row, score])).toEqual(plain.map(({ row, score }) => [row, score]));
  scores[1234] = 7;
  const one = both({ ...made, vector, words: wordsOf(scores), allowed: everything(made), topK: 5 });
  const gained = one.find(({ row }) => row === 1234)!.scores.text!;
  expect(gained * Math.sqrt(DIMENSIONS)).toBeCloseTo(6, 0); // cosines of random vectors spread by 1 / √dimensions
});

test('of two alike in meaning, one that has all words of the query comes before one that has one of them several times', () => {
  const made = world(Array.from({ length: 1000 }, unit));
  const vector = unit();
  const scores = new Float32Array(1000);
  scores.fill(4, 0, 30);
  const coverage = new Float32Array(1000).fill(0.5, 0, 30);
  coverage[7] = 1;
  const words = wordsOf(scores, coverage);
  const found = both({ ...made, vector, words, allowed: everything(made), topK: 1000 });
  const added = new Map(found.map(({ row, scores: { text } }) => [row, text! * Math.sqrt(DIMENSIONS)]));
  expect(added.get(7)! - added.get(8)!).toBeCloseTo(2 - 2 * 0.5 ** 4, 0);
  expect(added.get(8)! - added.get(31)!).toBeGreaterThan(1);
});

test.each([0, 1, 2])('%i items: nothing to compare with, and no number that is none', (count) => {
  const made = world(Array.from({ length: count }, unit));
  const scores = new Float32Array(count).fill(1);
  const words = wordsOf(scores);
  const found = both({ ...made, vector: unit(), words, allowed: everything(made), topK: 5 });
  expect(found).toHaveLength(count);
  expect(found.every(({ score }) => Number.isFinite(score))).toBe(true);
});

test('by words alone: ordered by BM25, only what has a word', () => {
  const made = world(Array.from({ length: 5 }, unit));
  const words = wordsOf(Float32Array.from([0, 2, 1, 0, 3]));
  const found = mix({ ...made, vector: null, spread: null, words, allowed: everything(made), topK: 2 });
  expect(found).toEqual([
    { row: 4, score: 3, scores: { vector: null, text: 3 }, ranks: { vector: null, text: 1 } },
    { row: 1, score: 2, scores: { vector: null, text: 2 }, ranks: { vector: null, text: 2 } },
  ]);
});
