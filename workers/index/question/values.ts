/** Finds values of the items' fields in a question, and makes conditions of them. */
import type { ValueField } from './fields.ts';
import type { FoundCondition } from './parts.ts';
import { plainText, type Spans, singular } from './spans.ts';

/** Names of fields whose values say what an item is about. */
export const TAG_FIELD = /^(tag|label|keyword|topic|subject|category|hashtag|marker|genre)$/;

export function push(
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

/** Names of fields whose values are people. */
const PERSON_FIELD =
  /^(author|artist|creator|writer|sender|recipient|receiver|photographer|director|owner|composer|maker)$/;
/** Names of people that are more often a time. */
const TIMES = /^(?:april|may|june|august|summer|autumn)$/i;

/** First and last names in full ones: Anna and Berger in Anna Berger. */
export const partsOfNames = ({ values }: ValueField): string[] =>
  values.flatMap((value) => {
    const names = value.split(/\s+/);
    const ends = names.length > 1 ? [names[0] as string, names.at(-1) as string] : [];
    return ends.filter((name) => /^\p{L}[\p{L}'’-]{2,}$/u.test(name) && !TIMES.test(name));
  });

/** As `valuesFor`; of people also those whose first or last name it is. */
export function namedBy(field: ValueField, words: string): string[] {
  const exactly = valuesFor(field, words);
  const isPerson = field.words.some((word) => PERSON_FIELD.test(word));
  if (exactly.length > 0 || !isPerson || /\s/.test(words.trim())) return exactly;
  const key = plainText(words);
  return field.values.filter((value) =>
    partsOfNames({ ...field, values: [value] }).some((name) => plainText(name) === key),
  );
}

const keyOf = (words: string) =>
  plainText(words)
    .split(/[\s_-]+/)
    .map(singular)
    .join(' ');

const MAX_WORDS = 5;

/** The longest value of any of the fields that the text continues with. */
export function longest(
  text: string,
  at: number,
  fields: readonly ValueField[],
): { field: ValueField; wanted: string[]; to: number } | null {
  const words = [...text.slice(at).matchAll(/[^\s,;:.!?()"”“]+/gu)].slice(0, MAX_WORDS);
  for (let count = words.length; count > 0; count--) {
    const last = words[count - 1] as RegExpExecArray;
    const to = at + last.index + last[0].length;
    const candidate = text.slice(at, to).replace(/^#/, '');
    // A whole name, of a place or a person, before a part of a person's.
    for (const [field, valuesOf] of [valuesFor, namedBy].flatMap((of) =>
      fields.map((field) => [field, of] as const),
    )) {
      const wanted = valuesOf(field, candidate);
      // With the quote's end, where it began before.
      const isQuoted = /["“']$/.test(text.slice(0, at)) && /["”']/.test(text.charAt(to));
      if (wanted.length > 0) return { field, wanted, to: isQuoted ? to + 1 : to };
    }
  }
  return null;
}

/** That value, or one of several: Oslo or Berlin. */
export function anyOf(text: string, at: number, fields: readonly ValueField[]): ReturnType<typeof longest> {
  const first = longest(text, at, fields);
  if (first === null) return null;
  const { field, wanted } = first;
  let { to } = first;
  for (;;) {
    const joint = /^,?\s+or\s+(?:in\s+|from\s+|by\s+)?/i.exec(text.slice(to))?.[0];
    const next = joint === undefined ? null : longest(text, to + joint.length, [field]);
    if (next === null) return { field, wanted, to };
    wanted.push(...next.wanted);
    to = next.to;
  }
}
