/** From words in a question to conditions on fields of few values: tags, authors, places, folders, and kinds (kinds.ts). */
import type { Fields, ValueField } from './fields.ts';
import { ITEM_NOUNS, kinds } from './kinds.ts';
import type { FoundCondition } from './parts.ts';
import { escaped, type Spans } from './spans.ts';
import { anyOf, longest, namedBy, partsOfNames, push, TAG_FIELD, valuesFor } from './values.ts';

export function valueConditions(spans: Spans, { values }: Fields): FoundCondition[] {
  // Kinds before tags that stand beside them: urgent PDFs.
  return [
    ...tagged(spans, values),
    ...named(spans, values),
    ...authored(spans, values),
    ...kinds(spans, values),
    ...described(spans, values),
  ];
}

const TAGGED =
  /(?:(?:that|which|is|are|i|we|have|has|was|were|and)\s+)*(?:\b(?:tagged|labell?ed|marked|categori[sz]ed|filed|flagged|classified)(?:\s+(?:with|as|under|by|in))?\s*:?|\b(?:with|having|has|carrying|bearing|under|in|from|of|by)\s+(?:the|a|my)?\s*(?:tag|label|category|keyword|topic|hashtag)s?(?:\s+(?:of|called|named))?|\b(?:tag|label|category|keyword|topic)s?\s*[:=]?)\s*["“']?(?=[\p{L}\p{N}#])/giu;
const HASHTAG = /(?<![\p{L}\p{N}&])#(?=[\p{L}\p{N}])/gu;

/** Tags where the question says that they are some. */
function tagged(spans: Spans, values: readonly ValueField[]): FoundCondition[] {
  const found: FoundCondition[] = [];
  const fields = values.filter((field) => field.isList || field.words.some((word) => TAG_FIELD.test(word)));
  const every = [...fields, ...values.filter((field) => !fields.includes(field))];
  for (const match of spans.matches(TAGGED)) {
    let from = match.index;
    let at = from + match[0].length;
    // One tag, or several: "tagged work and urgent".
    for (;;) {
      const next = anyOf(spans.text, at, every);
      if (next === null) break;
      push(spans, found, from, next.to, next.field, next.wanted);
      const joint = /^["”']?\s*(?:,|and|\+|&)+\s*["“']?/i.exec(spans.text.slice(next.to))?.[0];
      if (joint === undefined) break;
      from = next.to;
      at = next.to + joint.length;
    }
  }
  for (const match of spans.matches(HASHTAG)) {
    const at = match.index + 1;
    const next = longest(spans.text, at, every);
    if (next) push(spans, found, match.index, next.to, next.field, next.wanted);
  }
  return found;
}

/** Prepositions by which values of some fields are named without the field. */
const PREPOSITIONS: readonly [RegExp, RegExp][] = [
  [
    /\b(?:written |made |painted |composed |sent |directed |sung |photographed |taken )?by\s+/giu,
    /^(author|by|artist|creator|writer|sender|photographer|director|owner|composer|brand|maker)$/,
  ],
  [
    /\b(?:sent |received |bought |ordered )?from\s+/giu,
    /^(sender|author|from|source|shop|store|vendor|city|place|country|location|folder|album|company|merchant|supplier|restaurant|brand)$/,
  ],
  [
    /(?:\b(?:in|at|near|inside|within|under|around)\s+|(?<=\b(?:outside(?: of)?|away from|except|anywhere but)\s))(?:the |my )?(?:folder |album |city of )?/giu,
    /^(city|place|country|location|folder|album|room|language|region|town|shop|store|state)$/,
  ],
  [
    /\b(?:taken |shot |made )?(?:with|on|using|from)\s+(?:the |my |our |an? )?(?:camera )?/giu,
    /^(camera|device|lens|phone|model)$/,
  ],
  [/\b(?:to|for)\s+/giu, /^(recipient|to|client|customer|receiver)$/],
];

/** Fields that the question names (`status open`, `camera: X100`), or whose values stand after a fitting preposition. */
function named(spans: Spans, values: readonly ValueField[]): FoundCondition[] {
  const found: FoundCondition[] = [];
  const take = (from: number, at: number, fields: readonly ValueField[]) => {
    const next = anyOf(spans.text, at, fields);
    if (next && spans.isFree({ from, to: next.to }))
      push(spans, found, from, next.to, next.field, next.wanted);
  };
  for (const field of values) {
    const own = field.words.map(escaped).join('[ _-]?');
    const isTag = field.isList || field.words.some((word) => TAG_FIELD.test(word));
    const name = isTag ? `(?:${own}|tag|label|category|keyword|topic)` : own;
    // Most questions name no field: then there is no pattern to make for each of its values.
    if (!new RegExp(String.raw`(?<![\p{L}\p{N}])${name}`, 'iu').test(spans.text)) continue;
    const pattern = new RegExp(
      String.raw`(?:\b(?:with|whose|where|in|from|of|and|having|that|which|has|have|is)\s+)*(?:the\s+|my\s+)?(?<![\p{L}\p{N}])${name}s?(?:\s+(?:is|are|of|was|equals|called|named)\s+|\s*[:=]\s*|\s+)["“']?`,
      'giu',
    );
    for (const match of spans.matches(pattern)) take(match.index, match.index + match[0].length, [field]);
    // "the work folder", "an open status"
    for (const value of field.values.length <= MOST_VALUES ? field.values : []) {
      if (value.length < 2) continue;
      const behind = new RegExp(
        String.raw`(?:\b(?:with|from|in|of|under)\s+)?(?:the\s+|my\s+|an?\s+)?(?<![\p{L}\p{N}])["“']?${escaped(value)}["”']?\s+(?:as\s+(?:an?\s+|the\s+)?)?${name}(?![\p{L}\p{N}])`,
        'giu',
      );
      for (const match of spans.matches(behind))
        push(spans, found, match.index, match.index + match[0].length, field, [value]);
    }
  }
  for (const [pattern, names] of PREPOSITIONS) {
    const fields = values.filter(({ words }) => words.some((word) => names.test(word)));
    if (fields.length === 0) continue;
    for (const match of spans.matches(pattern)) take(match.index, match.index + match[0].length, fields);
  }
  return found;
}

const AUTHOR_FIELD = /^(author|artist|creator|writer|sender|photographer|director|owner|composer|maker)$/;
const DONE =
  'wrote|writes?|written|sent|sends?|said|says?|made|makes?|took|takes?|shared|shares?|drew|draws?|painted|paints?|posted|posts?|e-?mailed|recorded|records?|composed|filmed|shot';

/** Who did something, or has it: what Anna Berger wrote, Anna Berger's letters. */
function authored(spans: Spans, values: readonly ValueField[]): FoundCondition[] {
  const found: FoundCondition[] = [];
  for (const field of values.filter(({ words }) => words.some((word) => AUTHOR_FIELD.test(word)))) {
    const names = alternatives(field.values, partsOfNames(field));
    if (names === null) continue;
    const pattern = new RegExp(
      String.raw`(?:\b(?:what|that|which|did|does|has|have|had|the|things?|stuff)\s+)*(?<![\p{L}\p{N}])(${names})(?:['’]s(?=\s+\p{L})|['’](?=\s+\p{L})|\s+(?:has\s+|had\s+)?(?:${DONE})(?![\p{L}]))`,
      'giu',
    );
    for (const match of spans.matches(pattern)) {
      push(
        spans,
        found,
        match.index,
        match.index + match[0].length,
        field,
        namedBy(field, match[1] as string),
      );
    }
  }
  return found;
}

/** Where an item is, or what made it, rather than what it is about. */
const PLACE = /^(?:folder|path|album|camera|device)$/;

/** Tags before what items are called, or marked as the only ones: urgent papers, vegan only. Not vegan leather. */
function described(spans: Spans, values: readonly ValueField[]): FoundCondition[] {
  const found: FoundCondition[] = [];
  const isTags = ({ isList, words }: ValueField) =>
    words.some((word) => TAG_FIELD.test(word)) || (isList && !words.some((word) => PLACE.test(word)));
  const fields = values.filter(isTags);
  for (const field of fields) {
    const tags = alternatives(field.values);
    if (tags === null) continue;
    const pattern = new RegExp(
      String.raw`(?:(?<![\p{L}\p{N}])(?:only\s+)(${tags})(?![\p{L}\p{N}])|(?<![\p{L}\p{N}-])(${tags})(?=(?:,?\s+(?:and\s+)?(?:${tags}))*\s+${ITEM_NOUNS}(?![\p{L}\p{N}])|\s+only(?![\p{L}\p{N}])))`,
      'giu',
    );
    for (const match of spans.matches(pattern)) {
      const wanted = valuesFor(field, (match[1] ?? match[2]) as string);
      push(spans, found, match.index, match.index + match[0].length, field, wanted);
    }
  }
  return found;
}

/** A pattern of values, the longest first; null where there are too many to be told apart. */
function alternatives(values: readonly string[], others: readonly string[] = []): string | null {
  const some = values.filter((value) => value.length > 2);
  if (some.length === 0 || some.length > MOST_VALUES) return null;
  return [...some, ...others]
    .sort((a, b) => b.length - a.length)
    .map((value) => escaped(value).replace(/[\s_-]+/g, '[\\s_-]+'))
    .join('|');
}

const MOST_VALUES = 200;
