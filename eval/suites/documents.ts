/** Documents of two pages, each with a title, a few lines of text and a figure. */
import { pictograms } from '../art.ts';
import type { Data } from '../data.ts';
import { only, type Suite } from '../family.ts';
import type { Name } from '../names.ts';
import type { Picture } from '../pictures.ts';
import { createRandom } from '../random.ts';
import { drawCell } from '../scenes/draw.ts';

const WIDTH = 46; // characters per line

export function documentsSuite(data: Data, seed: number, count: number): Suite {
  const random = createRandom(seed, 'documents');
  const art: Record<string, string> = {};
  const pictures: Record<string, Picture> = {};
  const stock = pictograms('trained', data.art.trained, ({ traced, gloss }) => traced && gloss !== '', art);
  // The title and text of a page are about one thing, and its figure shows another.
  const drawn = random.sample(stock.names, 4 * count);
  const documents = Array.from({ length: Math.floor(drawn.length / 4) }, (_, i) => {
    const [first, second, shown, alsoShown] = drawn.slice(4 * i, 4 * i + 4) as [Name, Name, Name, Name];
    const pages = [
      [first, shown],
      [second, alsoShown],
    ].map(([about, figure], page) => {
      const key = `documents/${i}/${page}`;
      const { name, gloss } = about as Name;
      const source = stock.source(figure as Name, random);
      pictures[key] = {
        kind: 'page',
        title: name,
        lines: wrapped(`${name}: ${gloss}`),
        figure: { ...drawCell(source, random), scale: 0.9, turn: 0, mirror: false, x: 0, y: 0 },
      };
      return key;
    });
    return { pages, first, shown };
  });
  const search = (family: string, wordsOf: (document: (typeof documents)[number]) => string) => ({
    suite: 'documents',
    family,
    metrics: ['hit@1', 'recall@10', 'nDCG@10'] as const,
    thinks: 'targets' as const,
    queries: documents.map((document) => ({ text: wordsOf(document) })),
    targets: documents.map(({ pages }) => ({ pages })),
    relevant: only(documents.map((_, i) => i)),
  });
  return {
    searches: [
      search('by-figure', ({ shown }) => shown.name),
      search('by-title', ({ first }) => first.name),
      search('by-text', ({ first }) => first.gloss),
    ],
    similarities: [],
    drawing: { pictures, art },
  };
}

function wrapped(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    const line = `${lines[last]} ${word}`.trim();
    if (line.length <= WIDTH) lines[last] = line;
    else lines.push(word);
  }
  return lines;
}
