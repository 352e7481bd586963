/**
 * `npm run eval:answers`: measures answers that SmolLM2 draws from the hits of MiniLM, in Node, through the public API: how many
 * are right, how often no answer is given where no hit contains one, and how the ranking would change if the answer were embedded
 * with the question.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, refuse } from '../../scripts/command-line.ts';
import { root, weightsFolder } from '../../scripts/paths.ts';
import { wholeNumber } from '../../src/node/arguments.ts';
import { createEmbedder } from '../../src/node/index.ts';
import { mean } from '../../workers/statistics.ts';
import { score } from '../metrics.ts';
import { collections, gradesByPlace, type Retrieval } from '../retrieval.ts';
import { corpus } from '../text-think/corpus.ts';
import { notes, questions } from './notes.ts';

interface Asked {
  question: string;
  /** Grades by the passage's place, which is its id in the index. */
  relevant: ReadonlyMap<number, number>;
  /** What a right answer has; null: nothing answers it; undefined: not judged. */
  answer?: RegExp | null;
}

const { values } = commandLine({
  usage: `Usage: npm run eval:answers [-- options]

Counts the right answers that SmolLM2 draws from the hits of MiniLM, in Node.

  --set NAME   notes (default), closed (the passages of eval/text-think), or beir/NAME in ../shared/data
  --n COUNT    maximum number of questions (default 1000)
`,
  options: {
    set: { type: 'string', default: 'notes' },
    n: { type: 'string', default: '1000', check: wholeNumber(1) },
  },
});
const weights = weightsFolder();
if (!weights) throw new Error('the weights are missing: put them into ../shared/models or set TTE_MODELS');
const { passages, asked } = collection(values.set);
const dataDir = mkdtempSync(join(tmpdir(), 'tte-answers-'));
const tte = await createEmbedder({
  model: { embedder: `${weights}/all-MiniLM-L6-v2`, reasoner: `${weights}/SmolLM2-135M-Instruct` },
  dataDir,
});
try {
  const index = await tte.openIndex('answers');
  await index.add(passages.map((text, id) => ({ id: String(id), text })));
  const tally = { right: 0, wrong: 0, silent: 0, kept: 0, invented: 0, sourceRight: 0, answered: 0 };
  const gains: { without: number; with: number }[] = [];
  let ms = 0;
  for (const { question, relevant, answer } of asked.slice(0, Number(values.n))) {
    const began = performance.now();
    const found = await index.search({ text: question }, { answer: true, think: 'never', topK: 10 });
    ms += performance.now() - began;
    const said = found.answer ?? { text: '', sources: [], reason: '' };
    const verdict = judge(said.text, answer);
    if (verdict) tally[verdict]++;
    if (said.text !== '') tally.answered++;
    if (relevant.has(Number(said.sources[0]))) tally.sourceRight++;
    console.log(`${verdict ?? '–'} | ${question} | ${said.text || said.reason} | ${said.sources}`);
    if (said.text === '' || relevant.size === 0) continue;
    const query = { text: question, trace: said.text };
    const moved = await index.search(query, { think: 'answer', topK: 10 });
    gains.push({ without: ndcg(found.hits, relevant), with: ndcg(moved.hits, relevant) });
  }
  const meanOf = (which: 'without' | 'with') => mean(gains.map((one) => one[which])).toFixed(1);
  const better = gains.filter((one) => one.with > one.without + 1e-9).length;
  const worse = gains.filter((one) => one.with < one.without - 1e-9).length;
  console.log(JSON.stringify(tally));
  console.log(
    `nDCG@10 of the ${gains.length} that were answered: question ${meanOf('without')}, with the answer ${meanOf('with')}; better ${better}, worse ${worse}`,
  );
  console.log(`${Math.round(ms / Math.min(asked.length, Number(values.n)))} ms each`);
} finally {
  await tte.dispose();
  rmSync(dataDir, { recursive: true });
}

type Verdict = 'right' | 'wrong' | 'silent' | 'kept' | 'invented';

function judge(text: string, answer: RegExp | null | undefined): Verdict | null {
  if (answer === undefined) return null;
  if (answer === null) return text === '' ? 'kept' : 'invented';
  if (text === '') return 'silent';
  return answer.test(text) ? 'right' : 'wrong';
}

function ndcg(hits: readonly { id: string }[], relevant: ReadonlyMap<number, number>): number {
  const places = hits.map(({ id }) => Number(id));
  return score('nDCG@10', places, relevant);
}

function collection(set: string): { passages: readonly string[]; asked: readonly Asked[] } {
  const one = (id: number | undefined) => new Map(id === undefined ? [] : [[id, 1]]);
  if (set === 'notes') {
    const asked = questions.map(({ note, ...rest }) => ({ ...rest, relevant: one(note) }));
    return { passages: notes, asked };
  }
  if (set === 'closed') {
    const asked = corpus.flatMap(({ question }, i) => (question ? [{ question, relevant: one(i) }] : []));
    return { passages: corpus.map(({ passage }) => passage), asked };
  }
  const folder = join(root, '../shared/data', set);
  if (!existsSync(join(folder, 'corpus.jsonl'))) refuse(`--set: there is no collection ${folder}.`);
  const [{ corpus: texts, queries, grades }] = collections(folder) as [Retrieval];
  const gradesOf = gradesByPlace(texts, grades);
  const asked = queries.map(({ id, text }) => ({
    question: text,
    relevant: new Map([...gradesOf(id)].filter(([, grade]) => grade > 0)),
  }));
  return { passages: texts.map(({ text }) => text), asked };
}
