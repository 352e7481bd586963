/** A search, from the caller's query to the worker. */
import { invalid } from '../shared/errors.ts';
import type { IndexRef, WireSearchOptions } from '../shared/index-protocol.ts';
import type { SearchResult } from '../shared/index-types.ts';
import { noModel } from '../shared/no-model.ts';
import type { EmbedderInfo } from '../shared/types.ts';
import { listener } from './callbacks.ts';
import { checkCommonOptions } from './common-options.ts';
import { checkIds, checkWholeNumber, unitVector } from './index-input.ts';
import type { SearchOptions, SearchQuery, SearchRun } from './index-types.ts';
import { plainFilter } from './plain.ts';
import { plainUnderstood } from './plain-understood.ts';
import { createSearchRun } from './search-run.ts';
import { checkEmbedOptions } from './validate.ts';
import { wireOptions } from './wire.ts';
import type { IndexContext } from './worker-call.ts';

const TOP_K = 10;

export function search(
  ref: IndexRef,
  given: string | SearchQuery,
  options: SearchOptions,
  context: IndexContext,
): SearchRun {
  const query = typeof given === 'string' ? { text: given } : given;
  const { call, send, info } = context;
  return createSearchRun(options?.signal, async (onResult, stop) => {
    if (typeof query !== 'object' || query === null)
      throw invalid('query: pass a text, or an object like { image: file }.');
    const wanted = wireSearchOptions(query, options, info());
    const { prepared, examples } = await prepareQuery(query, ref.name, context);
    await checkCommonOptions(options); // after the query was captured
    const inputs = prepared ? [prepared] : [];
    const { onTrace } = options;
    await call(inputs, { signal: stop, onTrace, repeatable: true }, (host, request, callEnded, onTrace) =>
      host.indexSearch(
        request,
        ref,
        send({ ...examples, input: prepared?.wire ?? null }, inputs),
        wanted,
        listener(onResult, callEnded) as NonNullable<ReturnType<typeof listener<[SearchResult]>>>,
        listener(onTrace, callEnded),
      ),
    );
  });
}

function wireSearchOptions(
  query: SearchQuery,
  options: SearchOptions,
  info: EmbedderInfo | null,
): WireSearchOptions {
  checkEmbedOptions(options, info);
  const { topK = TOP_K, hybrid = !hasPicture(query), locale = pageLocale(), answer = false } = options;
  checkWholeNumber(topK, 1, 'options.topK');
  for (const [name, value] of Object.entries({ hybrid, answer })) {
    if (typeof value !== 'boolean') throw invalid(`options.${name}: must be true or false.`);
  }
  if (answer && !(query.text ?? query.understood?.text)?.trim()) {
    throw invalid('options.answer: needs a question in query.text.');
  }
  const where = plainFilter(options.where, 'options.where');
  const think = info ? wireOptions(options, info).think : 'never';
  // Taking a question apart needs no reasoner; beside a picture the text says how that is meant.
  const understand = options.think !== 'never' && !hasPicture(query);
  return {
    topK,
    think,
    hybrid,
    answer,
    understand,
    locale: checkLocale(locale),
    ...(where && { where }),
  };
}

/** The browser's language; under the POSIX locale some browsers report `C`, which is no language tag. */
function pageLocale(): string {
  const { language } = globalThis.navigator ?? {};
  return languageTag(language) ?? languageTag(Intl.DateTimeFormat().resolvedOptions().locale) ?? 'en-US';
}

function checkLocale(locale: unknown): string {
  const tag = languageTag(locale);
  if (tag === null) throw invalid("options.locale: must be a language tag like 'en-GB'.");
  return tag;
}

/** Null: it is none. */
function languageTag(locale: unknown): string | null {
  try {
    return new Intl.Locale(locale as string).toString();
  } catch {
    return null;
  }
}

async function prepareQuery(
  query: SearchQuery,
  name: string,
  { info, prepare, prepareContent }: IndexContext,
) {
  const { like = [], unlike = [], vector, understood: given, ...rest } = query;
  const understood = given === undefined ? null : plainUnderstood(given, rest.text);
  const input = understood === null ? rest : { ...rest, text: understood.text };
  const examples = {
    like: checkIds(like, 'query.like'),
    unlike: checkIds(unlike, 'query.unlike'),
    vector: vector === undefined ? null : unitVector(vector, 'query.vector'),
    understood,
  };
  if (vector !== undefined) {
    if (hasPicture(input)) throw invalid('query: pass a vector or an image, not both.');
    return { examples, prepared: input.text ? await prepareContent(input, 'query') : null };
  }
  if (hasPicture(input) && info() === null) throw noModel(name, 'Searching by image');
  if (hasPicture(input) || input.text) return { examples, prepared: await prepare(input, 'query') };
  // A question taken apart may ask for no more than an order, or a condition.
  if (like.length > 0 || understood !== null) return { examples, prepared: null };
  throw invalid('query: pass a text, an image, a vector, or ids in `like`.');
}

const hasPicture = ({ image, frames, pages }: SearchQuery) => Boolean(image || frames || pages);
