/** Kinds of files, and other kinds that items have, where a question names them as the thing to find. */
import type { ValueField } from './fields.ts';
import type { FoundCondition } from './parts.ts';
import { MONTH } from './period-words.ts';
import { escaped, type Spans } from './spans.ts';
import { MORE_NOUNS } from './superlatives.ts';
import { push, TAG_FIELD } from './values.ts';

const KIND_FIELD = /^(kind|type|mime|format|media|filetype|category|extension|doctype)$/;

type Kind = readonly [words: string, values: RegExp];

const FILES = '(?: files?)?';
const PICTURES = '(?: files?| images?| photos?| pictures?)?';
/** What people call formats of files, and what fields call these. */
const FORMATS: readonly Kind[] = [
  [`jpe?gs?${PICTURES}`, /^(image\/)?jpe?g$/i],
  [`pngs?${PICTURES}`, /^(image\/)?png$/i],
  [`gifs?${PICTURES}`, /^(image\/)?gif$/i],
  [`webps?${PICTURES}`, /^(image\/)?webp$/i],
  [`hei[cf]s?${PICTURES}`, /^(image\/)?hei[cf]$/i],
  [`tiffs?${PICTURES}`, /^(image\/)?tiff?$/i],
  [`svgs?${PICTURES}`, /^(image\/)?svg(\+xml)?$/i],
  [`mp3s?${FILES}`, /^(audio\/)?(mp3|mpeg)$/i],
  [`wavs?${FILES}`, /^(audio\/)?(x-)?wav$/i],
  [`m4as?${FILES}`, /^(audio\/)?(x-)?m4a$|^audio\/mp4$/i],
  [`mp4s?${FILES}`, /^(video\/)?mp4$/i],
  [`movs?${FILES}`, /^mov$|^video\/quicktime$/i],
  [`docx?s?${FILES}|(?:ms )?word (?:documents?|docs?|files?)`, /^(docx?|word)$|msword|wordprocessingml/i],
  [
    `xlsx?${FILES}|(?:ms )?excel (?:spread ?sheets?|sheets?|files?|tables?|workbooks?)`,
    /^(xlsx?|excel)$|ms-excel|spreadsheetml/i,
  ],
  [
    `pptx?s?${FILES}|power ?points?(?: files?| slides?| presentations?)?`,
    /^(pptx?|powerpoint)$|ms-powerpoint|presentationml/i,
  ],
  [`csvs?${FILES}`, /^(text\/)?csv$/i],
  [`epubs?${FILES}`, /^(application\/)?epub(\+zip)?$/i],
  [`zips?${FILES}|zip archives?`, /^(application\/)?(x-)?zip(-compressed)?$/i],
];
/** The same of kinds; a format that no field knows is still of its kind. */
const KINDS: readonly Kind[] = [
  ['pdf (?:files?|documents?|form)|pdfs?', /^(application\/)?pdf$/i],
  [
    `photos?|photographs?|pictures?|pics?|images?|snapshots?|snaps?|selfies?|(?:jpe?g|png|gif|webp|heic|tiff)s?${PICTURES}`,
    /^(image|photo|picture|photograph|jpe?g|png|webp|heic)s?$|^image\//i,
  ],
  [`videos?|clips?|movies?|film clips?|(?:mp4|mov)s?${FILES}`, /^(video|clip|movie|frame)s?$|^video\//i],
  ['(?:text )?notes?|text files?|plain texts?', /^(text|note|txt|markdown|md)s?$|^text\/(plain|markdown)$/i],
  ['markdown(?: files?| notes?)?', /^(markdown|md)$|^text\/markdown$/i],
  ['web ?pages?|html(?: files?| pages?)?', /^(html|web ?page|page)$|^text\/html$/i],
  [
    `audio(?: files?| recordings?)?|recordings?|voice (?:memos?|notes?)|songs?|sound files?|(?:mp3|wav|m4a)s?${FILES}`,
    /^(audio|recording|song|sound)s?$|^audio\//i,
  ],
  [
    'spread ?sheets?|csvs?|excels?(?: (?:spread ?sheets?|sheets?|files?|tables?|workbooks?))?',
    /^(spreadsheet|csv|xlsx?)s?$|^text\/csv$|ms-excel|spreadsheetml/i,
  ],
  [
    'presentations?|slide ?(?:shows?|decks?)|power ?points?(?: files?| slides?| presentations?)?',
    /^(presentation|slides?|slideshow|pptx?|powerpoint)s?$|ms-powerpoint|presentationml/i,
  ],
  ['word (?:documents?|docs?|files?)', /^(document|doc)s?$/i],
];
/** What people call items of any kind. */
export const ITEM_NOUNS = `(?:${KINDS.map(([words]) => words).join('|')}|(?:e-?mail|mail|letter|paper|document|doc|file|one|thing|item|message|invoice|receipt|bill|recipe|article|entry|entrie|record|report|contract|form|card|scan|task|ticket|post|bookmark|link|memo|statement|certificate)s?|stuff|paperwork|correspondence)`;

const LEAD = String.raw`^\s*(?:(?:please|(?:can|could|would|will) you|fetch|let me see|what's in|i would like|every|i want|i need|i'd like|i am looking for|i'm looking for|i am after|i'm after|i am searching for|searching for|have i got|where did i (?:put|leave|save|store|keep)|is there|got|looking for|search(?: for)?|find|show|get|give|list|me|us|all|any|some|the|my|our|every|only|just|which|what|a|an|to see|do i have|are there|where (?:is|are))\s+)*`;
const ABOUT = String.raw`(?=\s+(?:of|about|on|from|with|without|that|which|where|showing|taken|shot|filmed|created|added|saved|signed|scanned|bought|paid|downloaded|edited|modified|updated|within|in|for|by|tagged|labell?ed|since|before|after|between|over|under|during|not|but|mentioning|containing|i|we|\p{L}{2,}er\s+th[ae]n|last|less|more|min|max|at least|dated|costing|until|except|at|whose|named|called|made|sent|received|explaining|describing|concerning|related|regarding|is|are|sorted|ordered|ranked|arranged|(?:the\s+)?(?:newest|latest|oldest|earliest|most|least|largest|biggest|smallest|longest|shortest|cheapest)|the\s+(?:last|first)|yesterday|today|this\s+(?:week|weekend|month|year|morning)|up to|prior|through|thru|above|below|around|near|exceeding|worth|rated|weighing|minus|excluding|excl|omitting|other|apart|aside|besides|sans|w\/o|no|tags?|labels?)\b|\s+(?:${MONTH})\b(?=[\s.–-]*(?:\d|['’]\d|(?:${MONTH})\b))|\s+(?:[-–−]\p{L}|[\d€$£<>≤≥#"“„«])|\s*[,.?!]*\s*$|\s*,\s+(?:[\d€$£“"„«-]|(?:no|not|but|without|except|from|since|before|after|under|over|max|min|at|less|more|tagged|taken|by|in|newest|latest|oldest|cheapest|largest|please)\b)|\s*[,:]\s+(?!(?:and|or)\b)\S+(?:\s+\S+)?\s*$)`;
/** A few words before a kind that belong to it: nothing with a preposition or a verb. */
const ADJECTIVES = String.raw`(?:(?!(?:an?|the|her|his|their|its|got|gets|had|taking|making|using|holding|posting|sharing|viewing|drawing|painting|editing|sending|of|for|in|on|to|with|from|by|and|or|between|using|is|are|was|were|do|does|did|can|how|why|when|who|not|without|about|than|that|as|at|be|has|have)\b)[\p{L}\p{N}'’-]+\s+){1,4}`;
/** Said in front of or behind a kind, it is one in any place: as a pdf, only photos. */
const MARKED = String.raw`(?:as an?|in|only|just|of type|of kind|type|kind|file ?type|format)\s+(?:any\s+|the\s+|my\s+)?`;

/** Kinds of files, and other kinds that items have, where they are the thing to find: at the head of the question. */
export function kinds(spans: Spans, values: readonly ValueField[]): FoundCondition[] {
  const fields = kindFields(values);
  const searches = [
    ...fields.map((field) => ({ field, known: FORMATS })),
    ...fields.map((field) => ({ field, known: [...KINDS, ...ownOf(nameable(field))] })),
    ...tagFields(values).map((field) => ({ field, known: ownOf(nameable(field).filter(isNoun)) })),
  ];
  // `kind` and `type` say the same of a thing: the first that knows the word.
  const found: FoundCondition[] = [];
  for (const { field, known } of searches) {
    const said = known.filter(([words]) => new RegExp(words, 'iu').test(spans.text));
    const telling = said.flatMap(([words, stored]) => {
      const wanted = field.values.filter((value) => stored.test(value));
      return wanted.length === 0 || wanted.length === field.values.length ? [] : [{ words, wanted }];
    });
    if (telling.length === 0) continue;
    unwanted(spans, found, field, telling);
    if (severalOf(spans, found, field, telling) || oneOf(spans, found, field, telling)) break;
  }
  return found;
}

const AFTER_QUOTE = String.raw`(?<=["”“’'»«›‹」』》]\s+)`;

interface Telling {
  words: string;
  wanted: readonly string[];
}

/** Behind a word that excludes it: videos, no photos. What is negated is found here as well, and turned round by that word (exclusions.ts). */
function unwanted(
  spans: Spans,
  found: FoundCondition[],
  field: ValueField,
  telling: readonly Telling[],
): void {
  for (const { words, wanted } of telling) {
    const pattern = new RegExp(
      String.raw`(?<=\b(?:no|not|without|except|but|excluding|(?:do not|don['’]t) (?:want|show|include|need|give|list)(?: me)?)\s(?:an?\s|any\s|the\s|my\s)?)(?:${words})(?![\p{L}\p{N}])`,
      'giu',
    );
    for (const match of spans.matches(pattern)) {
      push(spans, found, match.index, match.index + match[0].length, field, wanted);
    }
  }
}

/** PDFs or spreadsheets about …: any of them. */
function severalOf(
  spans: Spans,
  found: FoundCondition[],
  field: ValueField,
  telling: readonly Telling[],
): boolean {
  const any = telling.map(({ words }) => words).join('|');
  const joint = String.raw`\s*(?:,\s*(?:and\s+|or\s+)?|\b(?:and|or)\s+|[&/+]\s*)`;
  const pattern = new RegExp(
    `(${LEAD}(?:${ADJECTIVES})?|${AFTER_QUOTE})((?:${any})(?:${joint}(?:${any}))+)${ABOUT}${SUBJECT}`,
    'giu',
  );
  const [match] = spans.matches(pattern);
  if (match === undefined) return false;
  const named = (match[2] as string).split(new RegExp(joint, 'iu')).map((noun) => noun.trim());
  const wanted = named.flatMap(
    (noun) => telling.find(({ words }) => new RegExp(`^(?:${words})$`, 'iu').test(noun))?.wanted ?? [],
  );
  const from = match.index + (match[1]?.length ?? 0);
  push(spans, found, from, match.index + match[0].length, field, [...new Set(wanted)]);
  return true;
}

const SUBJECT = String.raw`(?:\s+(?:of|about|on|showing|mentioning|containing|explaining|describing|concerning|regarding)\b)?`;

function oneOf(
  spans: Spans,
  found: FoundCondition[],
  field: ValueField,
  telling: readonly Telling[],
): boolean {
  for (const { words, wanted } of telling) {
    const patterns = [
      new RegExp(String.raw`(${LEAD})\.?(?:${words})${ABOUT}${SUBJECT}`, 'giu'),
      new RegExp(String.raw`(\b)${MARKED}(?:${words})(?![\p{L}\p{N}])(?:\s+(?:about|of|on|showing))?`, 'giu'),
      new RegExp(String.raw`(?<![\p{L}\p{N}])()(?:${words})\s+only(?![\p{L}\p{N}])|\((?:${words})\)`, 'giu'),
      new RegExp(`(${LEAD}${ADJECTIVES})(?:${words})(?:${ABOUT})`, 'giu'), // beach photos, chicken recipes under …
      new RegExp(`${AFTER_QUOTE}()(?:${words})${ABOUT}`, 'giu'), // “carte vitale” photos
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
      return true;
    }
  }
  return false;
}

const ownOf = (values: readonly string[]): Kind[] =>
  values.map((value) => [plural(value), new RegExp(`^${escaped(value)}$`, 'i')] as const);

/** Whether a tag is what items are called, and no subject of theirs: screenshot, receipt. */
const NOUN = new RegExp(`^(?:${ITEM_NOUNS}|${MORE_NOUNS})$`, 'iu');
const isNoun = (tag: string) => NOUN.test(tag);

const tagFields = (values: readonly ValueField[]): ValueField[] =>
  values.filter(({ words }) => words.some((word) => TAG_FIELD.test(word)));

const nameable = ({ values }: ValueField): string[] =>
  values.filter((value) => /^[\p{L} -]{3,}$/u.test(value));

const kindFields = (values: readonly ValueField[]): ValueField[] =>
  values.filter(({ words }) => words.some((word) => KIND_FIELD.test(word)));

/** Patterns of the kinds that items have, as words. */
export function ownKinds(values: readonly ValueField[]): string[] {
  return kindFields(values).flatMap((field) => nameable(field).map(plural));
}

/** Patterns of the words for kinds that tell no item from another: all are of it, or nothing says what is. */
export function nounsOfAll(values: readonly ValueField[]): string[] {
  const fields = kindFields(values);
  return KINDS.filter(([, stored]) =>
    fields.every(({ values }) => values.every((value) => stored.test(value))),
  ).map(([words]) => words);
}

function plural(value: string): string {
  const own = escaped(value);
  const regular = /(ch|sh|x|s|z)$/i.test(value) ? `${own}(?:es)?` : `${own}s?`;
  return /[^aeiou]y$/i.test(value) ? `${own}|${escaped(value.slice(0, -1))}ies` : regular;
}
