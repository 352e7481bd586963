/** From words in a question to conditions on fields of few values: kinds of file, tags, authors, places, folders. */
import type { Fields, ValueField } from './fields.ts';
import type { FoundCondition } from './parts.ts';
import { escaped, plainText, type Spans, singular } from './spans.ts';

const KIND_FIELD = /^(kind|type|mime|format|media|filetype|category|extension|doctype)$/;
const TAG_FIELD = /^(tag|label|keyword|topic|subject|category|hashtag|marker|genre)$/;

/** What people call kinds of files, and what fields call them. */
const KINDS: readonly [words: string, values: RegExp][] = [
  ['pdf (?:files?|documents?|form)|pdfs?', /^(application\/)?pdf$/i],
  [
    'photos?|photographs?|pictures?|pics?|images?|snapshots?|snaps?|selfies?',
    /^(image|photo|picture|photograph|jpe?g|png|webp|heic)s?$|^image\//i,
  ],
  ['videos?|clips?|movies?|film clips?', /^(video|clip|movie|frame)s?$|^video\//i],
  ['(?:text )?notes?|text files?|plain texts?', /^(text|note|txt|markdown|md)s?$|^text\/(plain|markdown)$/i],
  ['markdown(?: files?| notes?)?', /^(markdown|md)$|^text\/markdown$/i],
  ['web ?pages?|html(?: files?| pages?)?', /^(html|web ?page|page)$|^text\/html$/i],
  ['audio(?: files?)?|recordings?|songs?|sound files?', /^(audio|recording|song|sound)s?$|^audio\//i],
  ['spread ?sheets?|csvs?|excel files?', /^(spreadsheet|csv|xlsx?)s?$|^text\/csv$/i],
];
const LEAD = String.raw`^\s*(?:(?:please|(?:can|could|would|will) you|fetch|let me see|what's in|i would like|every|i want|i need|i'd like|i am looking for|i'm looking for|i am after|i'm after|i am searching for|searching for|have i got|where did i (?:put|leave|save|store|keep)|is there|got|looking for|search(?: for)?|find|show|get|give|list|me|us|all|any|some|the|my|our|every|only|just|which|what|a|an|to see|do i have|are there|where (?:is|are))\s+)*`;
const ABOUT = String.raw`(?=\s+(?:of|about|on|from|with|without|that|which|where|showing|taken|in|for|by|tagged|labell?ed|since|before|after|between|over|under|during|not|but|mentioning|containing|i|we|larger|bigger|smaller|older|newer|last|less|more|dated|costing|until|except|at|whose|named|called|made|sent|received|explaining|describing|concerning|related|regarding|is|are)\b|\s*[,.?!]*\s*$)`;
/** A few words before a kind that belong to it: nothing with a preposition or a verb. */
const ADJECTIVES = String.raw`(?:(?!(?:an?|the|taking|making|using|holding|posting|sharing|viewing|drawing|painting|editing|sending|of|for|in|on|to|with|from|by|and|or|between|using|is|are|was|were|do|does|did|can|how|why|when|who|not|without|about|than|that|as|at|be|has|have)\b)[\p{L}\p{N}'’-]+\s+){1,3}`;
/** Said in front of or behind a kind, it is one in any place: as a pdf, only photos. */
const MARKED = String.raw`(?:as an?|in|only|just|of type|of kind|type|kind|file ?type|format)\s+(?:any\s+|the\s+|my\s+)?`;

export function valueConditions(spans: Spans, { values }: Fields): FoundCondition[] {
  return [...tagged(spans, values), ...named(spans, values), ...kinds(spans, values)];
}

function push(
  spans: Spans,
  found: FoundCondition[],
  from: number,
  to: number,
  field: ValueField,
  wanted: readonly string[],
) {
  const span = { from, to };
  const [only] = wanted;
  const where = { [field.path]: wanted.length === 1 ? (only as string) : { in: [...wanted] } };
  found.push({ span, where, reason: `${field.path} ${wanted.join(' or ')}`, isSure: true, isTopic: true });
  spans.take(span);
}

/** The stored values that words stand for: the same but for case, accents, plural and joints. */
export function valuesFor(field: ValueField, words: string): string[] {
  const key = keyOf(words);
  return key === '' ? [] : field.values.filter((value) => keyOf(value) === key);
}

const keyOf = (words: string) =>
  plainText(words)
    .split(/[\s_-]+/)
    .map(singular)
    .join(' ');

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
      const next = longest(spans.text, at, every);
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

const MAX_WORDS = 5;

/** The longest value of any of the fields that the text goes on with. */
function longest(
  text: string,
  at: number,
  fields: readonly ValueField[],
): { field: ValueField; wanted: string[]; to: number } | null {
  const words = [...text.slice(at).matchAll(/[^\s,;:.!?()"”“]+/gu)].slice(0, MAX_WORDS);
  for (let count = words.length; count > 0; count--) {
    const last = words[count - 1] as RegExpExecArray;
    const to = at + last.index + last[0].length;
    const candidate = text.slice(at, to).replace(/^#/, '');
    for (const field of fields) {
      const wanted = valuesFor(field, candidate);
      // With the quote's end, where it began before.
      const isQuoted = /["“']$/.test(text.slice(0, at)) && /["”']/.test(text.charAt(to));
      if (wanted.length > 0) return { field, wanted, to: isQuoted ? to + 1 : to };
    }
  }
  return null;
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
    /\b(?:in|at|near|inside)\s+(?:the |my )?(?:folder |album |city of )?/giu,
    /^(city|place|country|location|folder|album|room|language|region|town|shop|store|state)$/,
  ],
  [
    /\b(?:taken |shot |made )?(?:with|on|using)\s+(?:the |my |an? )?(?:camera )?/giu,
    /^(camera|device|lens|phone|model)$/,
  ],
  [/\b(?:to|for)\s+/giu, /^(recipient|to|client|customer|receiver)$/],
];

/** Fields that the question names (`status open`, `camera: X100`), or whose values stand after a fitting preposition. */
function named(spans: Spans, values: readonly ValueField[]): FoundCondition[] {
  const found: FoundCondition[] = [];
  const take = (from: number, at: number, fields: readonly ValueField[]) => {
    const next = longest(spans.text, at, fields);
    if (next && spans.isFree({ from, to: next.to }))
      push(spans, found, from, next.to, next.field, next.wanted);
  };
  for (const field of values) {
    const own = field.words.map(escaped).join('[ _-]?');
    const isTag = field.isList || field.words.some((word) => TAG_FIELD.test(word));
    const name = isTag ? `(?:${own}|tag|label|category|keyword|topic)` : own;
    const pattern = new RegExp(
      String.raw`(?:\b(?:with|whose|where|in|from|of|and|having|that|which|has|have|is)\s+)*(?:the\s+|my\s+)?(?<![\p{L}\p{N}])${name}s?(?:\s+(?:is|are|of|was|equals|called|named)\s+|\s*[:=]\s*|\s+)["“']?`,
      'giu',
    );
    for (const match of spans.matches(pattern)) take(match.index, match.index + match[0].length, [field]);
    // "the work folder", "an open status"
    for (const value of field.values.length <= 200 ? field.values : []) {
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

/** Kinds of files, and other kinds that items have, where they are the thing to find: at the head of the question. */
function kinds(spans: Spans, values: readonly ValueField[]): FoundCondition[] {
  const found: FoundCondition[] = [];
  const fields = values.filter(({ words }) => words.some((word) => KIND_FIELD.test(word)));
  for (const field of fields) {
    const own = field.values
      .filter((value) => /^[\p{L} -]{3,}$/u.test(value))
      .map((value) => [`${plural(value)}`, new RegExp(`^${escaped(value)}$`, 'i')] as const);
    for (const [words, stored] of [...KINDS, ...own]) {
      const wanted = field.values.filter((value) => stored.test(value));
      if (wanted.length === 0 || wanted.length === field.values.length) continue;
      const patterns = [
        new RegExp(
          String.raw`(${LEAD})(?:${words})${ABOUT}(?:\s+(?:of|about|on|showing|mentioning|containing|explaining|describing|concerning|regarding)\b)?`,
          'giu',
        ),
        new RegExp(
          String.raw`(?<=\b(?:no|not|without|except|excluding)\s(?:an?\s|any\s|the\s|my\s)?)()(?:${words})(?![\p{L}\p{N}])`,
          'giu',
        ),
        new RegExp(
          String.raw`(\b)${MARKED}(?:${words})(?![\p{L}\p{N}])(?:\s+(?:about|of|on|showing))?`,
          'giu',
        ),
        new RegExp(
          String.raw`(?<![\p{L}\p{N}])()(?:${words})\s+only(?![\p{L}\p{N}])|\((?:${words})\)`,
          'giu',
        ),
        new RegExp(`(${LEAD}${ADJECTIVES})(?:${words})(?:${ABOUT})`, 'giu'), // beach photos, chicken recipes under …
        ...(words.startsWith('pdf')
          ? [
              new RegExp(
                String.raw`(?<![\p{L}\p{N}])()(?:${words})(?![\p{L}\p{N}])(?!\s+(?:format|parser|reader|library|generation|viewer|editor|standard|specification))`,
                'giu',
              ),
            ]
          : []),
      ];
      for (const pattern of patterns) {
        const [match] = spans.matches(pattern);
        if (match === undefined) continue;
        const skipped = match[1]?.length ?? 0;
        push(spans, found, match.index + skipped, match.index + match[0].length, field, wanted);
        break;
      }
      if (found.length > 0) break;
    }
    if (found.length > 0) break; // `kind` and `type` of the same thing
  }
  return found;
}

function plural(value: string): string {
  const own = escaped(value);
  const regular = /(ch|sh|x|s|z)$/i.test(value) ? `${own}(?:es)?` : `${own}s?`;
  return /[^aeiou]y$/i.test(value) ? `${own}|${escaped(value.slice(0, -1))}ies` : regular;
}
