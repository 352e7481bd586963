/** Text only: sentence similarity, and search for the passages that answer a question. */
import type { Data } from '../data.ts';
import type { IndexSearch, Suite } from '../family.ts';
import { createRandom } from '../random.ts';
import { gradesByPlace } from '../retrieval.ts';

/** @param counts maximum numbers of sentence pairs and of questions of a collection */
export function textSuite(
  { sentences, retrieval }: Data,
  seed: number,
  counts: { pairs: number; questions: number },
): Suite {
  const random = createRandom(seed, 'text');
  const pairs = random.sample(sentences, counts.pairs);
  const indexed = retrieval.map(({ name, corpus, queries, grades }): IndexSearch => {
    const drawn = random.sample(queries, counts.questions);
    const gradesOf = gradesByPlace(corpus, grades);
    return {
      suite: 'text',
      family: name === '' ? 'retrieval' : `retrieval/${name}`,
      metrics: ['nDCG@10', 'hit@1', 'recall@10'],
      documents: corpus.map(({ text }) => text),
      queries: drawn.map(({ text }) => text),
      relevant: drawn.map(({ id }) => gradesOf(id)),
    };
  });
  return {
    searches: [],
    indexed,
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
