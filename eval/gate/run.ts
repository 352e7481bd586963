/**
 * `npm run eval:gate`: measures whether `auto` does harm, question by question. It compares nDCG@10 of the default search with searches that
 * never and that always think, in Node, through the public API: the mean difference of each pair, its bootstrapped 95 % interval, and the
 * numbers of questions that are better and worse.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, refuse } from '../../scripts/command-line.ts';
import { weightsFolder } from '../../scripts/paths.ts';
import { existingFolder, oneOf, wholeNumber } from '../../src/node/arguments.ts';
import { createEmbedder } from '../../src/node/index.ts';
import { mean } from '../../workers/statistics.ts';
import { compare, interval } from '../bootstrap.ts';
import { score } from '../metrics.ts';
import { createRandom } from '../random.ts';
import { collections, gradesByPlace, type Retrieval } from '../retrieval.ts';

const SEED = 1;

interface Search {
  passages: readonly string[];
  asked: readonly { text: string; relevant: ReadonlyMap<number, number> }[];
}

const { values } = commandLine({
  usage: `Usage: npm run eval:gate [-- options]

Compares the default search with those that never and that always think, question by question, in Node.

  --model NAME  pico (default), or minilm: MiniLM with SmolLM2 as its reasoner
  --set NAME    beir/NAME (default beir/cacm), or captions: a caption of a photograph looks for two others of it
  --n COUNT     maximum number of questions (default 200)
  --data DIR    folder with the sets (default ../shared/data)
`,
  options: {
    model: { type: 'string', default: 'pico', check: oneOf(['pico', 'minilm']) },
    set: { type: 'string', default: 'beir/cacm' },
    n: { type: 'string', default: '200', check: wholeNumber(1) },
    data: { type: 'string', default: '../shared/data', check: existingFolder },
  },
});
const { passages, asked } = values.set === 'captions' ? captions() : collection();
const dataDir = mkdtempSync(join(tmpdir(), 'tte-gate-'));
const tte = await createEmbedder({ model: modelNamed(values.model), dataDir });
try {
  const index = await tte.openIndex('gate');
  await index.add(passages.map((text, id) => ({ id: String(id), text })));
  let thought = 0;
  const found = { never: [] as number[], auto: [] as number[], answer: [] as number[] };
  for (const { text, relevant } of asked) {
    for (const think of ['never', 'auto', 'answer'] as const) {
      const { hits, trace } = await index.search({ text }, { think, topK: 10 });
      if (think === 'auto' && trace !== null) thought++;
      const places = hits.map(({ id }) => Number(id));
      found[think].push(score('nDCG@10', places, relevant));
    }
  }
  console.log(`${values.model}, ${values.set}: ${asked.length} questions, ${passages.length} passages`);
  for (const [think, scores] of Object.entries(found)) {
    console.log(`${think}: ${inWords(scores)}`);
  }
  console.log(`auto thought about ${thought}`);
  for (const other of ['never', 'answer'] as const) {
    const differences = found.auto.map((value, i) => value - (found[other][i] as number));
    const { better, worse } = compare(found[other], found.auto);
    const same = asked.length - better - worse;
    console.log(
      `auto − ${other}: ${inWords(differences)}; better ${better}, worse ${worse}, the same ${same}`,
    );
  }
} finally {
  await tte.dispose();
  rmSync(dataDir, { recursive: true });
}

function inWords(scores: readonly number[]): string {
  const [low, high] = interval(scores, SEED);
  return `${mean(scores).toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
}

function modelNamed(name: string) {
  if (name !== 'minilm') return name;
  const weights = weightsFolder();
  if (!weights) refuse('the weights are missing: put them into ../shared/models or set TTE_MODELS');
  return { embedder: `${weights}/all-MiniLM-L6-v2`, reasoner: `${weights}/SmolLM2-135M-Instruct` };
}

function collection(): Search {
  const folder = join(values.data, values.set);
  if (!existsSync(join(folder, 'corpus.jsonl'))) refuse(`--set: there is no collection ${folder}`);
  const [{ corpus, queries, grades }] = collections(folder) as [Retrieval];
  const gradesOf = gradesByPlace(corpus, grades);
  const drawn = queries.slice(0, Number(values.n));
  return {
    passages: corpus.map(({ text }) => text),
    asked: drawn.map(({ id, text }) => ({ text, relevant: gradesOf(id) })),
  };
}

function captions(): Search {
  const photographs = readFileSync(join(values.data, 'captions', 'flickr30k-val.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((line) => line.length >= 3);
  const drawn = createRandom(SEED, 'gate').sample([...photographs.keys()], Number(values.n));
  return {
    passages: photographs.flatMap((said) => said.slice(1, 3)),
    asked: drawn.map((photograph) => ({
      text: photographs[photograph]?.[0] as string,
      relevant: new Map([0, 1].map((second) => [2 * photograph + second, 1])),
    })),
  };
}
