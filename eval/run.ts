/** `npm run eval`: runs the evaluation in Chromium through the public API. docs/evaluation.md explains the rows. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, resolve } from 'node:path';
import { commandLine } from '../scripts/command-line.ts';
import type { EmbedderOptions } from '../src/index.ts';
import { existingFolder, oneOf, wholeNumber } from '../src/node/arguments.ts';
import { findData } from './data.ts';
import { type Row, type Suite, SYSTEMS } from './family.ts';
import { measureIndexed } from './indexed.ts';
import { latency } from './latency.ts';
import { createMeter, type Measured } from './measure.ts';
import { measurePrinted } from './printed.ts';
import { questions } from './questions/measure.ts';
import { startSession } from './session.ts';
import { documentsSuite } from './suites/documents.ts';
import { pagesSuite } from './suites/pages.ts';
import { photosSuite } from './suites/photos.ts';
import { scenesSuite } from './suites/scenes.ts';
import { textSuite } from './suites/text.ts';
import { videoSuite } from './suites/video.ts';
import { wildSuite } from './suites/wild.ts';
import { summary, table } from './summary.ts';
import { modelFolders, type Setup, systems } from './systems.ts';

/** In the order in which they are run. */
const SUITES = [
  'scenes',
  'photos',
  'pages',
  'wild',
  'text',
  'video',
  'documents',
  'questions',
  'latency',
] as const;

const { values } = commandLine({
  usage: `Usage: npm run eval [-- options]

Runs the evaluation in Chromium; docs/evaluation.md explains the rows.

  --suite NAME    ${SUITES.join(', ')}; may be repeated (default: all)
  --system NAME   ${SYSTEMS.join(', ')}; may be repeated (default: all)
  --n K           maximum number of questions per family
  --seed N        seed of every random draw (default 1)
  --data DIR      your own data; it replaces whatever DIR contains
  --threads N     maximum number of WASM threads
  --json FILE     also write the rows to FILE
`,
  options: {
    seed: { type: 'string', default: '1', check: wholeNumber(0) },
    n: { type: 'string', check: wholeNumber(1) },
    suite: { type: 'string', multiple: true, check: oneOf(SUITES) },
    system: { type: 'string', multiple: true, check: oneOf(SYSTEMS) },
    data: { type: 'string', check: existingFolder },
    threads: { type: 'string', check: wholeNumber(1) },
    json: { type: 'string' },
  },
  builds: ['build', 'build:eval'],
});
const seed = Number(values.seed);
/** Questions per family: `--n`, or a default that keeps a full run below half an hour on two cores. */
const count = (usual: number) => (values.n === undefined ? usual : Number(values.n));
/** Limit for pairs with traces: thinking about thousands of sentences would take an hour. */
const THOUGHT_PAIRS = 100;

const data = findData(values.data);
const suites = {
  scenes: () => scenesSuite(data, seed, count(20)),
  photos: () => photosSuite(data, seed, count(40)),
  pages: () => pagesSuite(data, seed, { pages: count(60), signs: count(data.captioned.length) }),
  wild: () => wildSuite(data, seed, count(data.captioned.length)),
  text: () => textSuite(data, seed, { pairs: count(1500), questions: count(200) }),
  video: () => videoSuite(data, seed, count(20)),
  documents: () => documentsSuite(data, seed, count(20)),
} satisfies Record<string, () => Suite>;
const names = SUITES.filter((name) => values.suite?.includes(name) ?? true);

const { setups, notes } = systems(values.system);
notes.push(...data.notes);
for (const note of notes) console.log(note);
const session = await startSession({ ...data.folders, ...modelFolders });
const rows: Row[] = [];
let model = '';
let device = '';
try {
  for (const name of names) {
    if (name === 'latency') await measureLatency();
    else if (name === 'questions') await measureQuestions();
    else await measure(suites[name]());
  }
} finally {
  await session.end();
}
const lines = summary(rows);
if (lines.length > 0) console.log(`\n${table(lines)}`);

async function open(setup: Setup, cache: EmbedderOptions['cache'] & object): Promise<void> {
  const threads = values.threads !== undefined && { threads: Number(values.threads) };
  const info = await session.open({ model: setup.model, device: 'wasm', cache, ...threads });
  if (setup.model === 'pico') model = `${info.embedder.id}@${info.embedder.revision}/${info.embedder.dtype}`;
  device = `${info.device}, ${info.threads} of ${cpus().length} threads, ${cpus()[0]?.model.trim()}`;
}

async function measure(suite: Suite): Promise<void> {
  await session.show(suite.drawing);
  for (const setup of setups) {
    if (setup.isTextOnly && !suite.indexed) continue;
    await open(setup, { vectors: 0 });
    const meter = createMeter(session);
    for (const { system, thinks } of setup.roles) {
      for (const search of suite.searches) {
        for (const think of thinks) keep(search, system, await meter.search(search, system, think));
      }
      for (const search of suite.indexed ?? []) {
        const parts = { session, system, thinks, seed };
        await measureIndexed(search, parts, (measured) => keep(search, system, measured));
      }
      for (const search of suite.printed ?? []) {
        const parts = { session, system, thinks, seed };
        await measurePrinted(search, parts, (family, measured) =>
          keep({ ...search, family }, system, measured),
        );
      }
      for (const similarity of suite.similarities) {
        for (const think of thinks) {
          if (think === 'shuffled' || system === 'TTE_t') continue;
          if (think === 'never' || think === 'auto') {
            keep(similarity, system, await meter.similarity(similarity, think, seed));
          }
          const some = { ...similarity, pairs: similarity.pairs.slice(0, THOUGHT_PAIRS) };
          const family = `${similarity.family}/first-${THOUGHT_PAIRS}`;
          keep({ ...similarity, family }, system, await meter.similarity(some, think, seed));
        }
      }
    }
    await session.close();
  }
}

async function measureQuestions(): Promise<void> {
  const plain = data.retrieval.flatMap(({ queries }) => queries.map(({ text }) => text));
  for (const setup of setups) {
    const { system } = setup.roles[0] as Setup['roles'][number];
    await open(setup, { vectors: 0 });
    for (const { suite, family, ...row } of await questions(session, seed, count(200), plain)) {
      keep({ suite, family }, system, [row]);
    }
    await session.close();
  }
}

async function measureLatency(): Promise<void> {
  for (const setup of setups) {
    if (setup.isTextOnly) continue;
    const { system } = setup.roles[0] as Setup['roles'][number];
    await open(setup, { vectors: 0, traces: 0 });
    for (const { suite, family, ...row } of await latency(session, data, seed, count(20) + 2, system)) {
      keep({ suite, family }, system, [row]);
    }
    await session.close();
  }
}

/** Rewrites the file after every family, so that an interrupted run keeps its results. */
function keep(
  { suite, family }: { suite: string; family: string },
  system: Row['system'],
  measured: Measured[],
): void {
  const [first] = measured;
  if (!first) return;
  rows.push(...measured.map((found): Row => ({ suite, family, system, ...found })));
  const figures = measured.map(figure).join(', ');
  const { think, n, tokens, ms } = first;
  const words = `${first.words ? ' + words' : ''}${first.stage ? ', first hits' : ''}`;
  console.log(
    `${suite} ${family} ${system} ${think}${words}: ${figures} (n ${n}, ${tokens.toFixed(1)} tokens, ${ms.toFixed(0)} ms)`,
  );
  if (!values.json) return;
  const file = resolve(values.json);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ seed, model, device, notes, rows }, null, 1)}\n`);
}

function figure({ metric, value, interval, better, worse }: Measured): string {
  const sure = interval ? ` [${interval.map((end) => end.toFixed(1)).join(', ')}]` : '';
  const paired = better || worse ? ` +${better} −${worse}` : '';
  return `${metric} ${value.toFixed(1)}${sure}${paired}`;
}
