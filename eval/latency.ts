/** Latency of single calls: medians over different inputs, without caches. */
import { mean, median } from '../workers/statistics.ts';
import type { Data } from './data.ts';
import type { Row, System } from './family.ts';
import type { AskOptions, PageAsk } from './page/page.ts';
import type { Picture } from './pictures.ts';
import { createRandom } from './random.ts';
import type { Embedded, Session } from './session.ts';
import { printLook } from './suites/pages.ts';
import { scenesSuite } from './suites/scenes.ts';
import { corpus } from './text-think/corpus.ts';

const PAGE_WORDS = 300;

type LatencyRow = Omit<Row, 'system'>;

/** @param system thinking is measured only for systems with a reasoner of their own */
export async function latency(
  session: Session,
  data: Data,
  seed: number,
  count: number,
  system: System,
): Promise<LatencyRow[]> {
  const { searches, drawing } = scenesSuite({ ...data, photos: [] }, seed, count);
  await session.show(drawing);
  const asks = (family: string): PageAsk[] =>
    (searches.find((search) => search.family === family)?.queries ?? []).map(({ teacher: _, ...ask }) => ask);
  const questions = asks('trained/qa');
  const texts = asks('trained/text-to-image');
  const images = questions.map(({ image }) => ({ ...(image && { image }) }));
  const rows: LatencyRow[] = [];

  async function time(
    family: string,
    given: readonly PageAsk[],
    think: AskOptions['think'],
  ): Promise<Embedded[]> {
    await session.embed(given.slice(0, 2), { think, role: 'query' }); // warm-up
    const answers = await session.embed(given.slice(2), { think, role: 'query' });
    add(family, think, answers, ({ ms }) => ms);
    return answers;
  }
  function add(
    family: string,
    think: AskOptions['think'],
    answers: readonly Embedded[],
    ms: (answer: Embedded) => number,
  ) {
    const times = answers.map(ms);
    rows.push({
      suite: 'latency',
      family,
      think,
      metric: 'p50-ms',
      value: median(times),
      n: times.length,
      tokens: mean(answers.map(({ tokens }) => tokens)),
      ms: mean(times),
    });
  }

  await time('text', texts, 'never');
  await time('image', images, 'never');
  if (system === 'direct') return rows;
  await time('image+question', questions, 'never');
  for (const think of ['answer', 'full'] as const) {
    add('after-trace', think, await time('image+question', questions, think), ({ encodeMs }) => encodeMs);
  }
  const pictures = printedPages(seed, count);
  await session.show({ pictures, art: {} });
  await time(
    `page-${PAGE_WORDS}-words`,
    Object.keys(pictures).map((page) => ({ pages: [page] })),
    'auto',
  );
  return rows;
}

/** Pages of the repository's own sentences, looking like those of the suite of pages. */
function printedPages(seed: number, count: number): Record<string, Picture> {
  const random = createRandom(seed, 'latency/pages');
  const pages = Array.from({ length: count }, (_, i): [string, Picture] => {
    const words = random.sample(corpus, corpus.length).flatMap(({ passage }) => passage.split(' '));
    const text = words.slice(0, PAGE_WORDS).join(' ');
    return [`page/${i}`, { kind: 'print', text, look: printLook(random) }];
  });
  return Object.fromEntries(pages);
}
