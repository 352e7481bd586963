/**
 * `npm run eval:asked`: measures how many parts of questions as people type them are understood, and how often a filter is set for
 * plain questions: the set's own tricky ones, and the queries of the text collections. Nobody who works on the grammar should see the
 * questions of the sealed sets, so `--show` works for the other sets only.
 */
import { commandLine } from '../../scripts/command-line.ts';
import { existingFolder, oneOf } from '../../src/node/arguments.ts';
import { collections } from '../retrieval.ts';
import { development, developmentPlain } from './development.ts';
import { fresh, freshPlain } from './fresh.ts';
import { freshSealed, freshSealedPlain } from './fresh-sealed.ts';
import { judge } from './judge.ts';
import { orderDevelopment, orderDevelopmentPlain } from './order.ts';
import { orderSealed, orderSealedPlain } from './order-sealed.ts';
import { sealed, sealedPlain } from './sealed.ts';
import { second, secondPlain } from './second.ts';
import { measureTyping } from './typing.ts';
import { createWorld } from './world.ts';

const lists = {
  development: [development, developmentPlain],
  sealed: [sealed, sealedPlain],
  'order-development': [orderDevelopment, orderDevelopmentPlain],
  'order-sealed': [orderSealed, orderSealedPlain],
  fresh: [fresh, freshPlain],
  'fresh-sealed': [freshSealed, freshSealedPlain],
  'fresh-second': [second, secondPlain],
} as const;
const SETS = [...Object.keys(lists), 'typing-sealed'];
const { values } = commandLine({
  usage: `Usage: npm run eval:asked [-- options]

Counts which parts of questions as people type them are understood, in Node.

  --set NAME   ${SETS.join(', ')} (default development)
  --show       print the questions that were misunderstood; not for sealed sets
  --data DIR   text collections in the layout of BEIR, whose queries should set no filter (default ../shared/data)
`,
  options: {
    set: { type: 'string', default: 'development', check: oneOf(SETS) },
    show: { type: 'boolean', default: false },
    data: { type: 'string', check: existingFolder },
  },
});
if (values.set === 'typing-sealed') {
  console.table(await measureTyping(await createWorld('sealed', [])));
  process.exit();
}
const set = values.set as keyof typeof lists;
const [asked, plain] = lists[set];
const isSealed = set.endsWith('sealed');
const isShown = values.show && !isSealed;
const items = set.startsWith('fresh') ? 'fresh' : isSealed ? 'sealed' : 'development';
const world = await createWorld(items, asked);

const tally = () => ({ right: 0, parts: 0, whole: 0, questions: 0 });
const kinds: Record<string, ReturnType<typeof tally>> = {};
const all = tally();
for (const question of asked) {
  const understood = await world.ask(question);
  const { right, meant, extra } = judge(question, understood, world.metadata);
  const isWhole = right === meant && extra === 0;
  kinds[question.kind] ??= tally();
  for (const sum of [all, kinds[question.kind] as ReturnType<typeof tally>]) {
    sum.right += right;
    // A condition that nobody meant counts as a wrong part.
    sum.parts += meant + extra;
    sum.whole += isWhole ? 1 : 0;
    sum.questions++;
  }
  if (isShown && !isWhole) console.log(`[${question.kind}] ${question.text}\n   ${shown(understood)}`);
}
console.table({ ...kinds, all });
console.log(`${set}: ${percent(all.right, all.parts)} of ${all.parts} parts right`);

const passages = collections(values.data ?? '../shared/data').map(
  ({ name, queries }) => [name, queries.map(({ text }) => text)] as const,
);
for (const [name, texts] of [[`${set}, plain`, plain] as const, ...passages]) {
  let filtered = 0;
  let excluding = 0;
  let ordered = 0;
  for (const text of texts) {
    const understood = await world.ask({ text, locale: 'en-GB' });
    const isFiltered = Object.keys(understood.where).length + understood.exact.length > 0;
    if (isFiltered) filtered++;
    if (understood.not.length > 0) excluding++;
    if (understood.sort !== null) ordered++;
    if (!isFiltered && understood.not.length === 0 && understood.sort === null) continue;
    if (isShown) console.log(`[${name}] ${text.slice(0, 90)}\n   ${shown(understood)}`);
  }
  console.log(
    `${name}: a filter on ${filtered}, an exclusion in ${excluding}, an order in ${ordered} of ${texts.length}`,
  );
}

function shown({ reasons: _, ...parts }: object & { reasons: unknown }): string {
  return JSON.stringify(parts);
}

function percent(part: number, of: number): string {
  return `${((100 * part) / of).toFixed(1)} %`;
}
