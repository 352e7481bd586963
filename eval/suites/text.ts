/** Text only: sentence similarity, and retrieval of the passage that answers a question. */
import type { Data } from '../data.ts';
import type { Suite } from '../family.ts';
import { createRandom } from '../random.ts';

/** @param counts maximum numbers of sentence pairs and of questions */
export function textSuite(
  { sentences, retrieval }: Data,
  seed: number,
  counts: { pairs: number; questions: number },
): Suite {
  const random = createRandom(seed, 'text');
  const pairs = random.sample(sentences, counts.pairs);
  const queries = random.sample(retrieval.queries, counts.questions);
  const place = new Map(retrieval.corpus.map(({ id }, at) => [id, at]));
  return {
    searches: [
      {
        suite: 'text',
        family: 'retrieval',
        metrics: ['hit@1', 'recall@10', 'nDCG@10'],
        thinks: 'queries',
        queries: queries.map(({ text }) => ({ text })),
        targets: retrieval.corpus.map(({ text }) => ({ text })),
        relevant: queries.map(
          ({ id }) =>
            new Map(
              [...(retrieval.grades.get(id) ?? [])].flatMap(([document, grade]) => {
                const at = place.get(document);
                return at === undefined ? [] : [[at, grade]];
              }),
            ),
        ),
      },
    ],
    similarities:
      pairs.length > 0
        ? [
            {
              suite: 'text',
              family: 'sts',
              pairs: pairs.map(({ a, b, score }) => ({ a: { text: a }, b: { text: b }, score })),
            },
          ]
        : [],
    drawing: { pictures: {}, art: {} },
  };
}
