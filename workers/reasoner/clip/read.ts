/** Understands questions about what moves where in a clip, what comes in, and what leaves. English. */
import type { Noun, Nouns } from '../photo-question/nouns.ts';
import { plain } from '../photo-question/plain.ts';
import type { Way } from './tracks.ts';

export interface ClipQuestion {
  /** What `moves`, `comes` in or `leaves`; in which `direction` something moves; or what `happens`. */
  asks: 'moves' | 'comes' | 'leaves' | 'direction' | 'happens';
  /** Null: any thing. */
  subject: Noun | null;
  /** Where what moves does move to; null: anywhere. */
  way: Way | null;
}

const MOVES =
  /\b(?:mov(?:es?|ed|ing)|in motion|travel(?:s|led|ling)?|chang(?:es?|ing) (?:its )?(?:place|position))\b/;
/** Verbs of other meanings, too: in questions after a direction they mean a move. */
const GOES =
  /\b(?:walk(?:s|ed|ing)?|runs?|running|driv(?:es?|ing)|fl(?:y|ies|ying)|rid(?:es?|ing)|slid(?:es?|ing)|go(?:es|ing)?|went|head(?:s|ed|ing)?|pass(?:es|ing)?)\b/;
const COMES =
  /\b(?:com(?:es?|ing)(?! from)|enter(?:s|ed|ing)?|appear(?:s|ed|ing)?|arriv(?:es?|ed|ing)|shows? up)\b/;
const LEAVES =
  /\b(?:leav(?:es?|ing)|left (?:the|this)|(?:go(?:es|ing)?|mov(?:es?|ing)) (?:out|away)|exit(?:s|ed|ing)?|disappear(?:s|ed|ing)?|vanish(?:es|ed|ing)?)\b/;
const DIRECTION =
  /\b(?:directions?|(?:which|what) (?:way|side)|where|left or right|right or left|up or down|down or up)\b/;
const HAPPENS =
  /^(?:(?:please|can you|could you|tell me) )*(?:what (?:happens|happened|is happening|is going on|goes on|changes|is changing)|describe)\b/;
const ASKS =
  /^(?:please )?(?:(?:in|to|towards?) )?(?:what|which|who|name|identify|find|show|tell me|the (?:thing|object|one))\b/;
const ASKS_WHERE = /^(?:(?:in|to|towards?) )?(?:what|which|where|does|do|did|is|are|tell me)\b/;
const WAYS: readonly (readonly [Way, RegExp])[] = [
  ['left', /\b(?:to(?:wards)? the left|leftwards?|left)\b/],
  ['right', /\b(?:to(?:wards)? the right|rightwards?|right)\b/],
  ['up', /\b(?:up|upwards?|to the top)\b/],
  ['down', /\b(?:down|downwards?|to the bottom)\b/],
];

/** Null where it asks something else. @param text of the question */
export function readClipQuestion(text: string, nouns: Nouns): ClipQuestion | null {
  const said = plain(text);
  const found = reading(said);
  if (!found) return null;
  const { asks, verb } = found;
  const words = wordsBefore(said, verb);
  const [noun] = nouns.find(said.split(' '));
  const isSubject = noun && (asks === 'direction' || noun.start < words);
  const behind = said.slice(verb);
  const way = asks === 'moves' ? (WAYS.find(([, pattern]) => pattern.test(behind))?.[0] ?? null) : null;
  return { asks, subject: isSubject ? noun : null, way };
}

/** Whether a text asks what moves in a clip, or what else happens in it. */
export function asksForMovement(text: string): boolean {
  return reading(plain(text)) !== null;
}

function reading(said: string): { asks: ClipQuestion['asks']; verb: number } | null {
  if (HAPPENS.test(said)) return { asks: 'happens', verb: 0 };
  if (ASKS_WHERE.test(said) && DIRECTION.test(said)) {
    const verb = MOVES.exec(said) ?? GOES.exec(said);
    return verb && { asks: 'direction', verb: verb.index };
  }
  if (!ASKS.test(said)) return null;
  for (const [asks, pattern] of [
    ['leaves', LEAVES],
    ['comes', COMES],
    ['moves', MOVES],
  ] as const) {
    const verb = pattern.exec(said);
    if (verb) return { asks, verb: verb.index };
  }
  return null;
}

function wordsBefore(said: string, index: number): number {
  return said.slice(0, index).split(' ').filter(Boolean).length;
}
