/** The scores of words against a plain computation from the texts, on random collections. */
import { expect, test } from 'vitest';
import type { Allowed } from '../matrix.ts';
import { seeded } from '../random.ts';
import { createPart } from './part.ts';
import { createPostings } from './postings.ts';
import { createWordIndex } from './word-index.ts';

interface Doc {
  text: string;
  tags: string;
}

/** Words by rank: the first is in most texts, the last in hardly any; some begin like others. */
const WORDS = Array.from(
  { length: 60 },
  (_, i) => `w${'abcdefghij'[i % 10]}${['k', 'l', 'm', 'kx', 'lx', 'ky'][Math.floor(i / 10)]}`,
);
const words = (text: string) => text.split(' ').filter(Boolean);

/** Whether a term begins with the query's last word, which may still be typed. */
const isBegun = (asked: readonly string[], word: string, term: string) =>
  word === asked.at(-1) && word.length >= 3 && term.startsWith(word);

/** BM25, the share that a vector does not know, and coverage, as docs/search.md has them, one document at a time. */
function plainly(docs: readonly Doc[], query: string) {
  const fields = docs.map(({ text, tags }) => ({ text: words(text), tags: words(tags) }));
  const length = fields.map(({ text, tags }) => text.length + tags.length / 2);
  const mean = length.reduce((sum, x) => sum + x, 0) / docs.length;
  const asked = words(query);
  const vocabulary = [...new Set(fields.flatMap(({ text, tags }) => [...text, ...tags]))];
  const totals = docs.map(() => ({ score: 0, covered: 0 }));
  let wanted = 0;
  for (const word of new Set(asked)) {
    const stands = vocabulary.filter((term) => term === word || isBegun(asked, word, term));
    const having = (term: string) =>
      fields.filter(({ text, tags }) => text.includes(term) || tags.includes(term)).length;
    const rows = Math.min(
      docs.length,
      stands.reduce((sum, term) => sum + having(term), 0),
    );
    const rarity = Math.log(1 + (docs.length - rows + 0.5) / (rows + 0.5));
    wanted += rarity;
    const repeated = asked.filter((other) => other === word).length;
    for (const [i, { text, tags }] of fields.entries()) {
      for (const term of stands) {
        const count = (all: string[]) => all.filter((other) => other === term).length;
        const often = count(text) + count(tags) / 2;
        if (often === 0) continue;
        const norm = 1.2 * (0.25 + (0.75 * (length[i] as number)) / mean);
        const total = totals[i] as (typeof totals)[number];
        total.score += (repeated * (term === word ? 1 : 0.4) * rarity * 2.2 * often) / (often + norm);
        if (term === word) total.covered += rarity;
      }
    }
  }
  return totals.map(({ score, covered }, i) => {
    const { text } = fields[i] as (typeof fields)[number];
    const all = length[i] as number;
    const share =
      all === 0 ? 1 : ((text.length * text.length) / (text.length + 20) + all - text.length) / all;
    return { score, known: score * share, coverage: wanted === 0 ? 0 : covered / wanted };
  });
}

test.each([...Array(8).keys()])(
  'collection %i: best, coverage and statistics are those of a plain computation',
  async (seed) => {
    const random = seeded(seed);
    const below = (most: number) => Math.floor(random() * most);
    const some = (count: number) =>
      Array.from({ length: count }, () => WORDS[Math.floor(WORDS.length * random() ** 3)]).join(' ');
    const docs: Doc[] = Array.from({ length: [1, 2, 30, 120][seed % 4] as number }, () => ({
      text: some(below(12)), // none at all, too
      tags: random() < 0.4 ? some(1 + below(2)) : '',
    }));
    for (let i = 0; i < docs.length / 5; i++) docs[below(docs.length)] = docs[below(docs.length)] as Doc; // ties
    const parts = [];
    let table = 0; // as after a compaction: rows are missing between parts and inside of them
    const rowOf: number[] = [];
    for (let from = 0; from < docs.length; ) {
      const part = docs.slice(from, from + 1 + below(50));
      const items = part.map(({ text, tags }) => ({ text, metadata: { tags }, trace: null }));
      table += below(3);
      const rows = Uint32Array.from(part, () => {
        table += random() < 0.2 ? 2 : 1;
        return table - 1;
      });
      rowOf.push(...rows);
      parts.push({ part: createPart(await createPostings(items)), rows });
      from += part.length;
    }
    const index = createWordIndex(parts);
    const everything: Allowed = { mask: new Uint8Array(table).fill(1), count: table };
    const mask = Uint8Array.from({ length: table }, () => (random() < 0.5 ? 1 : 0));
    const filters = [everything, { mask, count: 0 }, { mask: new Uint8Array(table), count: 0 }];
    const queries = [
      some(1),
      some(3),
      some(8),
      `${some(2)} unheard`,
      'unheard',
      '',
      `${some(3)} wa`,
      WORDS.join(' '),
    ];
    for (const query of queries) {
      const expected = plainly(docs, query);
      const asked = index.query(query);
      asked.score((found) => {
        const scores = expected.map(({ score }) => score);
        const mean = scores.reduce((sum, x) => sum + x, 0) / docs.length;
        const variance = scores.reduce((sum, x) => sum + (x - mean) ** 2, 0) / docs.length;
        expect(found.most).toBeCloseTo(Math.max(0, ...scores), 4);
        expect(found.deviation).toBeCloseTo(Math.sqrt(variance), 3);
        expect(found.rowsWithAll()).toEqual(rowOf.filter((_, i) => expected[i]!.coverage > 0.999));
        for (const allowed of filters) {
          const isAllowed = (i: number) => allowed.mask[rowOf[i]!] === 1;
          const covered = expected.map(({ coverage }, i) => (isAllowed(i) ? coverage : 0));
          expect(found.coverage(allowed)).toBeCloseTo(Math.max(0, ...covered), 5);
          for (const weights of [null, { score: 0.3, coverage: 2 }]) {
            const gains = expected.map(({ score, known, coverage }) =>
              weights === null ? score : score && weights.score * known + weights.coverage * coverage ** 4,
            );
            for (const [i, gain] of gains.entries())
              expect(found.gain(rowOf[i]!, weights)).toBeCloseTo(gain, 4);
            const best = found.best(10, allowed, weights);
            const wanted = [...gains.keys()]
              .filter((i) => isAllowed(i) && gains[i]! > 0)
              .sort((a, b) => gains[b]! - gains[a]! || a - b)
              .slice(0, 10);
            expect(best.map(({ score }) => score)).toEqual(wanted.map((i) => expect.closeTo(gains[i]!, 4)));
            // Of equal ones the earlier rows, and each as its own gain has it.
            for (const [i, { row, score }] of best.entries()) {
              expect(score).toBe(found.gain(row, weights));
              const next = best[i + 1];
              if (next) expect(score > next.score || row < next.row).toBe(true);
            }
            const last = best.at(-1);
            for (const row of rowOf) {
              if (allowed.mask[row] !== 1 || best.some((other) => other.row === row)) continue;
              const gain = found.gain(row, weights);
              expect(
                gain === 0 ||
                  (last !== undefined && (gain < last.score || (gain === last.score && row > last.row))),
              ).toBe(true);
            }
          }
        }
        expect(found.gain(table + 5, null)).toBe(0); // no such row
      });
      for (const [i, row] of rowOf.entries()) {
        const own = new Set([...words(docs[i]!.text), ...words(docs[i]!.tags)]);
        const all = words(query);
        const has = (word: string) => own.has(word) || [...own].some((term) => isBegun(all, word, term));
        expect(asked.termsIn(row)).toEqual([...new Set(all)].filter(has));
      }
    }
  },
);
