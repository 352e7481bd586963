/** Ordinary photographs with people's captions and boxes: found by a caption, a caption found by a photograph, and questions about them. */
import type { BoxedThing, Data } from '../data.ts';
import type { Ask, Search, Suite } from '../family.ts';
import type { Picture } from '../pictures.ts';
import { createRandom } from '../random.ts';
import { wording } from '../scenes/wording.ts';
import { photoQuestions } from './wild-questions.ts';

/** As a trace writes them; the last also stands for more. */
const NUMBERS = ['a', 'two', 'three', 'four', 'many'];

/** @param most photographs */
export function wildSuite({ captioned }: Data, seed: number, most: number): Suite {
  const pool = createRandom(seed, 'wild').sample(captioned, most);
  const { searches: questions, pictures } = photoQuestions(pool, createRandom(seed, 'wild/questions'), most);
  const captions = pool.flatMap(({ captions }, photo) => captions.map((text) => ({ photo, text })));
  const drawing = {
    pictures: {
      ...pictures,
      ...Object.fromEntries(pool.map(({ url }): [string, Picture] => [url, { kind: 'file', url }])),
    },
    art: {},
  };
  if (captions.length === 0) return { searches: questions, similarities: [], drawing };

  const shown = pool.map(({ url, things }): Ask => ({ image: url, ...(things.length > 0 && told(things)) }));
  const asked = pool.flatMap(({ captions }, at) => (captions.length > 0 ? [at] : []));
  const shared = { suite: 'wild', metrics: ['hit@1', 'hit@5', 'recall@10'], paired: true } as const;
  const searches: Search[] = [
    {
      ...shared,
      family: 'text-to-photo',
      thinks: 'targets',
      queries: captions.map(({ text }) => ({ text })),
      targets: shown,
      relevant: captions.map(({ photo }) => new Map([[photo, 1]])),
    },
    {
      ...shared,
      family: 'photo-to-text',
      thinks: 'queries',
      queries: asked.map((at) => shown[at] as Ask),
      targets: captions.map(({ text }) => ({ text })),
      relevant: asked.map(
        (photo) => new Map(captions.flatMap((caption, at) => (caption.photo === photo ? [[at, 1]] : []))),
      ),
    },
  ];
  return { searches: [...searches, ...questions], similarities: [], drawing };
}

/** The teacher is the person who drew the boxes: the number of each kind, the most frequent first. */
function told(things: readonly BoxedThing[]): Pick<Ask, 'teacher'> {
  const counts = new Map<string, number>();
  for (const { name } of things) counts.set(name, (counts.get(name) ?? 0) + 1);
  const list = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([thing, count]) => `${NUMBERS[Math.min(count, NUMBERS.length) - 1]} ${thing}`)
    .join(' , ');
  const trace = `${wording.marks.endThink} ${list}`;
  return { teacher: { answer: trace, full: trace } };
}
