/**
 * A search in stages: the first without a trace; a second with a trace, if it was decided to write one; and one with an answer,
 * if it was asked for.
 */
import { TteError } from '../../src/shared/errors.ts';
import type { WireQuery, WireSearchOptions } from '../../src/shared/index-protocol.ts';
import type { SearchResult, Understood } from '../../src/shared/index-types.ts';
import { noModel } from '../../src/shared/no-model.ts';
import type { WireOptions } from '../../src/shared/protocol.ts';
import type { Embedding, ThinkDecision, ThinkMode } from '../../src/shared/types.ts';
import { normalize, type Vector } from '../embedder/vector.ts';
import { type Engine, embedOne } from '../pipeline/engine.ts';
import { type Input, textInput } from '../pipeline/input.ts';
import type { Call } from '../pipeline/types.ts';
import { decideByHits } from '../reasoner/gate.ts';
import { oneByOne } from './adding.ts';
import { answerFromHits } from './answering.ts';
import type { Collection } from './collection.ts';
import type { IndexState } from './index-state.ts';
import { joinFilters } from './question/filters.ts';
import { pushed } from './question/pushed.ts';
import { readQuestion } from './question/read-question.ts';
import { rank, rowsWith } from './ranking.ts';
import type { SpaceDemand } from './spaces.ts';
import { liveRow } from './table.ts';
import type { WordsSync } from './words/words-sync.ts';

/** Weight of negative examples relative to positive ones. */
const NEGATIVE_WEIGHT = 0.5;

export interface SearchContext {
  collection: Collection;
  demand: SpaceDemand;
  wordsSync: WordsSync;
  /** Null: nothing can be embedded. */
  engine: Engine | null;
  call: Call;
  onResult: (result: SearchResult) => void;
}

/** Its pictures are shared by both stages. */
export type Query = Omit<WireQuery, 'input'> & { input: Input | null };

/** One stage, about to run. */
interface Stage {
  name: SearchResult['stage'];
  /** Null: as embedding decides. */
  decision: ThinkDecision | null;
  embed: () => Promise<Embedding> | null;
  /** Ranks of an earlier stage, by id. */
  before?: ReadonlyMap<string, number>;
}

/** @throws TteError invalid-input | unsupported | as `embed` */
export async function search(
  query: Query,
  options: WireSearchOptions,
  context: SearchContext,
): Promise<void> {
  if (!options.answer) return searchForHits(query, options, context);
  const { engine, call, collection, onResult } = context;
  if (engine === null) throw noModel(collection.name, 'Answering');
  engine.requireContextReasoner();
  let last: SearchResult | undefined;
  const tell = (result: SearchResult) => {
    last = result;
    onResult({ ...result, final: false });
  };
  // While an answer is written, only the answer is streamed to the page.
  await searchForHits(query, options, { ...context, onResult: tell, call: { ...call, onTrace: () => {} } });
  const found = last as unknown as SearchResult; // a search that succeeds has reported at least one
  const question = query.input?.text || (query.understood?.text ?? '');
  const started = performance.now();
  const answer = await answerFromHits(question, found.hits, engine, call);
  const ms = { embed: 0, scan: 0, total: performance.now() - started };
  onResult({ ...found, stage: 'answered', answer, final: true, ms });
}

async function searchForHits(
  query: Query,
  options: WireSearchOptions,
  context: SearchContext,
): Promise<void> {
  const understood = await readOwn(query, options, context);
  if (understood === null) return searchFor(query, options, context);
  // Without a text, all items that match the conditions are candidates: there is nothing to embed.
  const asked = query.input ?? textInput('');
  const isSilent = understood.text === '' && asked.images.length === 0;
  const input = isSilent ? null : { ...asked, text: understood.text };
  // An empty filter also matches everything, but would read all metadata first.
  const filters = [options.where ?? {}, understood.where].filter((where) => Object.keys(where).length > 0);
  const where = filters.length > 0 && { where: joinFilters(filters) };
  await searchFor({ ...query, input, understood }, { ...options, ...where }, context);
}

/** The question taken apart, or as the page edited it; null if it is not taken apart. */
async function readOwn(
  { input, vector, understood }: Query,
  { understand, where, locale }: WireSearchOptions,
  { collection, demand, wordsSync }: SearchContext,
): Promise<Understood | null> {
  const text = input?.text.trim() ?? '';
  const question =
    understood ?? (understand && vector === null && text !== '' ? (input as Input).text : null);
  if (question === null) return null;
  return collection.read(demand, (state) => {
    const parts = { where, locale, now: new Date(), rowsWith: rowsWith(state, wordsSync) };
    return readQuestion(state, question, parts);
  });
}

async function searchFor(query: Query, options: WireSearchOptions, context: SearchContext): Promise<void> {
  const { collection, demand, call, onResult } = context;
  const input = query.vector === null ? query.input : null;
  if (input === null || context.engine === null) {
    if (input !== null) requireWords(input, options, collection.name);
    const decision = { mode: 'never' as const, reason: 'There is no input to think about.' };
    const only = await runStage({ name: 'quick', decision, embed: () => null }, query, options, context);
    return onResult(only.result);
  }

  const { engine } = context;
  const dimensions = await collection.read(demand, async ({ manifest }) => manifest?.space.dimensions);
  const wire = (think: ThinkMode): WireOptions => ({
    think,
    role: 'query',
    ...(dimensions !== undefined && { dimensions }),
  });
  const decision = await engine.decide(input, wire(options.think), call);
  const first: ThinkDecision =
    decision.mode === 'never' ? decision : { mode: 'never', reason: 'First without thinking.' };
  const plain = { ...input, trace: null };
  const embedPlain = () => embedOne(engine, plain, wire('never'), call);
  const stage: Stage = { name: 'quick', decision: first, embed: embedPlain };
  const { result: quick, coverage } = await runStage(stage, query, options, context);
  const asksForAnswer =
    options.think === 'auto' &&
    decision.mode === 'never' &&
    engine.mayKnowAnswers &&
    input.images.length === 0;
  const byHits = asksForAnswer ? decideByHits(input.text, coverage) : null;
  const final = decision.mode === 'never' && byHits === null;
  onResult({ ...quick, final });
  if (final) return;
  const embed = () => embedOne(engine, input, wire(byHits?.mode ?? options.think), call);
  const before = new Map(quick.hits.map(({ id, rank }) => [id, rank]));
  const reasoned = { name: 'reasoned', decision: null, embed, before } as const;
  const { result } = await runStage(reasoned, query, options, context);
  const isByHits = byHits !== null && result.thinkDecision.mode === byHits.mode;
  onResult(isByHits ? { ...result, thinkDecision: byHits } : result);
}

/** @returns the stage's result, as if it were the last one, and the coverage of the query's words (`Ranking`) */
async function runStage(
  { name, decision, embed, before }: Stage,
  query: Query,
  options: WireSearchOptions,
  context: SearchContext,
): Promise<{ result: SearchResult; coverage: number }> {
  const { collection, demand, wordsSync, call } = context;
  const { understood } = query;
  const started = performance.now();
  const embedded = await embed();
  const unwanted = embedded === null ? [] : await embedUnwanted(query, context);
  const embedMs = performance.now() - started;
  return collection.read(demand, async (state) => {
    const trace = embedded?.trace ?? null;
    const ownText = query.input?.text ?? '';
    const resolved = {
      vector: await queryVector(state, query, embedded?.vector ?? query.vector, unwanted),
      text: ownText || (trace?.answer ?? ''), // the words of a small model's trace are not counted beside a text: docs/when-to-think.md
      ownText,
      trace,
      examples: [...query.like, ...query.unlike],
      understood,
    };
    const { hits, coverage, scan, candidates } = await rank(state, wordsSync, resolved, options, before);
    call.signal.throwIfAborted();
    const result: SearchResult = {
      stage: name,
      hits,
      thinkDecision: decision ?? (embedded as Embedding).thinkDecision,
      trace,
      understood,
      answer: null,
      final: true,
      candidates,
      ms: { embed: embedMs, scan, total: performance.now() - started },
    };
    return { result, coverage };
  });
}

/** What the question excludes, as queries of their own. */
function embedUnwanted(
  { understood }: Query,
  { collection, demand, engine, call }: SearchContext,
): Promise<Vector[]> {
  return oneByOne(understood?.not ?? [], async (phrase) => {
    const dimensions = await collection.read(demand, async ({ manifest }) => manifest?.space.dimensions);
    const options = {
      think: 'never' as const,
      role: 'query' as const,
      ...(dimensions !== undefined && { dimensions }),
    };
    return (await embedOne(engine as Engine, textInput(phrase), options, call)).vector;
  });
}

/** The input's direction, moved away from what is not wanted, and towards and away from examples; null: by words alone. */
async function queryVector(
  state: IndexState,
  { like, unlike }: Query,
  embedded: Vector | null,
  unwanted: readonly Vector[],
): Promise<Vector | null> {
  const own = embedded && pushed(embedded, unwanted);
  const dimensions = state.manifest?.space.dimensions;
  if (own !== null && dimensions !== undefined && own.length !== dimensions) {
    throw new TteError('invalid-input', `query.vector: must have ${dimensions} numbers, not ${own.length}.`);
  }
  if (like.length + unlike.length === 0) return own;
  const positive = await exampleVectors(state, like, 'like');
  const negative = await exampleVectors(state, unlike, 'unlike');
  const sum = new Float32Array(dimensions ?? 0);
  const add = (vector: Float32Array, weight: number) => {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (vector[i] as number);
  };
  if (own) add(own, 1);
  for (const vector of positive) add(vector, 1 / like.length);
  for (const vector of negative) add(vector, -NEGATIVE_WEIGHT / unlike.length);
  return normalize(sum);
}

/** @throws TteError invalid-input: there is no such item */
async function exampleVectors(
  { table, catalog }: IndexState,
  ids: readonly string[],
  field: string,
): Promise<Vector[]> {
  const rows = await catalog.byId();
  const vectors = await table.vectors();
  return ids.map((id) => {
    const row = liveRow(table, rows, id);
    if (row !== undefined) return vectors.vector(row);
    throw new TteError('invalid-input', `query.${field}: there is no item '${id}'.`);
  });
}

/** Without a model, a query of text alone is searched by words. */
function requireWords(input: Input, { hybrid }: WireSearchOptions, name: string): void {
  if (input.images.length > 0) throw noModel(name, 'Searching by a picture');
  if (!hybrid) throw noModel(name, 'Searching by meaning (by words it works: leave `hybrid` on)');
}
