/** Kinds of files, and other kinds that items have, where a question names them as the thing to find. */
import type { ValueField } from './fields.ts';
import type { FoundCondition } from './parts.ts';
import { escaped, type Spans } from './spans.ts';
import { push } from './values.ts';

const KIND_FIELD = /^(kind|type|mime|format|media|filetype|category|extension|doctype)$/;

/** What people call kinds of files, and what fields call them. */
export const KINDS: readonly [words: string, values: RegExp][] = [
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
/** What people call items of any kind. */
export const ITEM_NOUNS = `(?:${KINDS.map(([words]) => words).join('|')}|(?:e-?mail|mail|letter|paper|document|doc|file|one|thing|item|message|invoice|receipt|bill|recipe|article|entry|entrie|record|report|contract|form|card|scan|task|ticket|post|bookmark|link|memo|statement|certificate)s?|stuff|paperwork|correspondence)`;

const LEAD = String.raw`^\s*(?:(?:please|(?:can|could|would|will) you|fetch|let me see|what's in|i would like|every|i want|i need|i'd like|i am looking for|i'm looking for|i am after|i'm after|i am searching for|searching for|have i got|where did i (?:put|leave|save|store|keep)|is there|got|looking for|search(?: for)?|find|show|get|give|list|me|us|all|any|some|the|my|our|every|only|just|which|what|a|an|to see|do i have|are there|where (?:is|are))\s+)*`;
const ABOUT = String.raw`(?=\s+(?:of|about|on|from|with|without|that|which|where|showing|taken|in|for|by|tagged|labell?ed|since|before|after|between|over|under|during|not|but|mentioning|containing|i|we|\p{L}{2,}er\s+th[ae]n|last|less|more|min|max|at least|dated|costing|until|except|at|whose|named|called|made|sent|received|explaining|describing|concerning|related|regarding|is|are|sorted|ordered|ranked|arranged|(?:the\s+)?(?:newest|latest|oldest|earliest|most|least|largest|biggest|smallest|longest|shortest|cheapest)|the\s+(?:last|first))\b|\s*[,.?!]*\s*$)`;
/** A few words before a kind that belong to it: nothing with a preposition or a verb. */
const ADJECTIVES = String.raw`(?:(?!(?:an?|the|taking|making|using|holding|posting|sharing|viewing|drawing|painting|editing|sending|of|for|in|on|to|with|from|by|and|or|between|using|is|are|was|were|do|does|did|can|how|why|when|who|not|without|about|than|that|as|at|be|has|have)\b)[\p{L}\p{N}'’-]+\s+){1,3}`;
/** Said in front of or behind a kind, it is one in any place: as a pdf, only photos. */
const MARKED = String.raw`(?:as an?|in|only|just|of type|of kind|type|kind|file ?type|format)\s+(?:any\s+|the\s+|my\s+)?`;

/** Kinds of files, and other kinds that items have, where they are the thing to find: at the head of the question. */
export function kinds(spans: Spans, values: readonly ValueField[]): FoundCondition[] {
  const found: FoundCondition[] = [];
  const fields = kindFields(values);
  for (const field of fields) {
    const own = nameable(field).map(
      (value) => [plural(value), new RegExp(`^${escaped(value)}$`, 'i')] as const,
    );
    for (const [words, stored] of [...KINDS, ...own]) {
      const wanted = field.values.filter((value) => stored.test(value));
      if (wanted.length === 0 || wanted.length === field.values.length) continue;
      const patterns = [
        new RegExp(
          String.raw`(${LEAD})(?:${words})${ABOUT}(?:\s+(?:of|about|on|showing|mentioning|containing|explaining|describing|concerning|regarding)\b)?`,
          'giu',
        ),
        new RegExp(
          String.raw`(?<=\b(?:no|not|without|except|but|excluding|(?:do not|don['’]t) (?:want|show|include|need|give|list)(?: me)?)\s(?:an?\s|any\s|the\s|my\s)?)()(?:${words})(?![\p{L}\p{N}])`,
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
