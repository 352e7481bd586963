/** Photographs of one thing: classified among 1,000 classes, and retrieved by name, by gloss, by kind, and by another photograph of the kind. */
import type { Data } from '../data.ts';
import { type Ask, only, type Search, type Suite } from '../family.ts';
import { type Name, names } from '../names.ts';
import type { Picture } from '../pictures.ts';
import { createRandom } from '../random.ts';
import { description } from '../scenes/questions.ts';

/** Photographs per question; they are the targets. */
const POOL = 5;

export function photosSuite({ photos }: Data, seed: number, count: number): Suite {
  const classes = names.filter(({ wnid }) => wnid);
  const byWnid = new Map(classes.map((name) => [name.wnid, name]));
  const random = createRandom(seed, 'photos');
  const pool = random
    .sample(
      photos.filter(({ wnid }) => byWnid.has(wnid)),
      POOL * count,
    )
    .map(({ wnid, url }) => ({ url, name: byWnid.get(wnid) as Name }));
  if (pool.length === 0) return { searches: [], similarities: [], drawing: { pictures: {}, art: {} } };
  const asking = pool.slice(0, count);

  const shown = pool.map(({ url, name }): Ask => ({ image: url, teacher: told(name) }));
  const album = (family: string, wordsOf: (name: Name) => string): Search => {
    const asked = asking.filter(({ name }) => wordsOf(name) !== '');
    return {
      suite: 'photos',
      family,
      metrics: ['hit@1', 'recall@10', 'nDCG@10'],
      thinks: 'targets',
      queries: asked.map(({ name }) => ({ text: wordsOf(name) })),
      targets: shown,
      relevant: asked.map(
        ({ name }) =>
          new Map(pool.flatMap((each, at) => (wordsOf(each.name) === wordsOf(name) ? [[at, 1]] : []))),
      ),
    };
  };
  const alike = asking.flatMap(({ name }, self) => {
    const others = pool.flatMap((each, at) => (at !== self && each.name.kind === name.kind ? [at] : []));
    return others.length > 0 ? [{ self, others }] : [];
  });
  const searches: Search[] = [
    {
      suite: 'photos',
      family: 'zero-shot',
      metrics: ['hit@1', 'hit@5'],
      thinks: 'queries',
      queries: shown.slice(0, count),
      targets: classes.map(({ name }) => ({ text: name })),
      relevant: only(asking.map(({ name }) => classes.indexOf(name))),
    },
    album('text-to-photo/name', ({ name }) => name),
    album('text-to-photo/gloss', ({ gloss }) => gloss),
    album('text-to-photo/kind', ({ hypernyms, kind }) => hypernyms[0] ?? kind),
    {
      suite: 'photos',
      family: 'photo-to-photo',
      metrics: ['hit@1', 'recall@10', 'nDCG@10'],
      thinks: 'queries',
      queries: alike.map(({ self }) => shown[self] as Ask),
      targets: shown,
      relevant: alike.map(({ others }) => new Map(others.map((at) => [at, 1]))),
      self: alike.map(({ self }) => self),
    },
  ];
  const pictures = Object.fromEntries(pool.map(({ url }): [string, Picture] => [url, { kind: 'file', url }]));
  return { searches, similarities: [], drawing: { pictures, art: {} } };
}

/** Name, kind and glossary entry: with all of them in its trace, a photograph is found by each. */
function told(name: Name): { answer: string; full: string } {
  const { answer, full } = description([name]);
  const known = [...name.hypernyms.slice(0, 2), ...(name.gloss ? [name.gloss] : [])];
  const more = known.map((each) => ` , ${each}`).join('');
  return { answer: answer + more, full: full + more };
}
