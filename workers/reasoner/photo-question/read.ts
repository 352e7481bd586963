/** Parses English questions about what is where in a photograph, how many of it there are, and what kind of thing it is. */
import { isEdit } from '../gate.ts';
import type { Noun, Nouns } from './nouns.ts';
import { PICTURE, plain } from './plain.ts';

export type Relation = 'left' | 'right' | 'above' | 'below' | 'beside' | 'on';

/** A side, corner or the middle of the picture: −1, 0 or 1 from left to right and from top to bottom; null: either. */
export interface Area {
  across: -1 | 0 | 1 | null;
  down: -1 | 0 | 1 | null;
}

/** Where the thing in question is. */
export type Place = { relation: Relation; anchor: Noun } | { area: Area } | null;

export interface PhotoQuestion {
  /**
   * `what` a thing is, what `kind` of thing it is, how many (`count`) of them there are, `where` it is, whether there is one
   * (`exists`), or the thing itself, to be shown (`find`).
   */
  asks: 'what' | 'kind' | 'count' | 'where' | 'exists' | 'find';
  /** Null: any thing. */
  subject: Noun | null;
  place: Place;
}

const DETERMINER = '(?:(?:the|a|an|this|that|these|those|any|some|all|one|of|its|her|his|their)\\s+)*';

const RELATIONS: readonly (readonly [Relation, string])[] = [
  [
    'left',
    '(?:(?:to|on|at|towards?)\\s+)?(?:the\\s+)?(?:immediate\\s+|direct(?:ly)?\\s+)?left(?:[- ]hand)?(?:\\s+side)?\\s+(?:of|from)',
  ],
  [
    'right',
    '(?:(?:to|on|at|towards?)\\s+)?(?:the\\s+)?(?:immediate\\s+|direct(?:ly)?\\s+)?right(?:[- ]hand)?(?:\\s+side)?\\s+(?:of|from)',
  ],
  ['above', 'above|over|on top of|atop|higher (?:up )?than'],
  ['below', 'below|under|underneath|beneath|lower (?:down )?than'],
  ['beside', 'next to|beside|near(?: to)?|nearest(?: to)?|closest to|close to|adjacent to|alongside|by'],
  ['on', 'on|upon'],
];
const OPPOSITE: Readonly<Record<Relation, Relation>> = {
  left: 'right',
  right: 'left',
  above: 'below',
  below: 'above',
  beside: 'beside',
  on: 'below',
};

/** Null if it asks for something else. @param text of the question */
export function readQuestion(text: string, nouns: Nouns): PhotoQuestion | null {
  if (isEdit(text)) return null;
  const said = plain(text);
  const found = nouns.find(said.split(' '));
  const place = placeIn(said, found);
  const anchor = place && 'anchor' in place ? place.anchor : null;
  const others = found.filter((noun) => noun !== anchor);

  if (/\b(how many|number of|count|amount of|how much)\b/.test(said)) {
    const subject = after(said, /\b(how many|number of|amount of|count|how much)\b/, others);
    return subject ? { asks: 'count', subject, place } : null;
  }
  const kind = /\b(kinds?|types?|sorts?|categor(?:y|ies)|class(?:es)?)\b/;
  if (kind.test(said)) {
    // "What kind of animal is left of the bench?" asks which of the animals it is.
    const of = after(said, kind, others);
    if (of?.isKind && new RegExp(`\\b(kind|type|sort)s? of ${said.split(' ')[of.start]}\\b`).test(said)) {
      return { asks: 'what', subject: of, place };
    }
    const subject = place ? null : (others.at(-1) ?? null);
    return place || subject ? { asks: 'kind', subject, place } : null;
  }
  const [subject = null] = others;
  if (/^(where|which (side|part|corner|half)|(in|on|at) (what|which) (side|part|corner|half))\b/.test(said)) {
    return subject ? { asks: 'where', subject, place: null } : null;
  }
  if (/^(is|are) there\b|^(do|can) you see\b|^does (this|the) \w+ (show|have|contain)\b/.test(said)) {
    return subject ? { asks: 'exists', subject, place } : null;
  }
  if (/\b(what|which|who|name|identify|tell)\b/.test(said)) {
    const isShown = /\b(crop|part|region|area|cut[- ]?out|patch|box)\b/.test(said);
    if (isShown) return subject || place ? { asks: 'find', subject, place } : null;
    // "What is the dog?" and "which animal is it?" ask for more than the name that was said.
    if (!place && !subject?.isKind) return null;
    return { asks: 'what', subject: subject?.isKind ? subject : null, place };
  }
  const isPointed = /^(find|show|locate|crop|cut|point|spot|highlight|select|give|part|region)\b/.test(said);
  // "The dog left of the bench" is a thing, "the dog is asleep on a couch" is a description.
  const isThing =
    /^(the|that|this)\b/.test(said) &&
    !/\b(is|are|was|were|has|have|with|and|(?!thing\b)\w+ing)\b/.test(said);
  return (isPointed || isThing) && (subject || place) ? { asks: 'find', subject, place } : null;
}

/** The first noun behind what matches. */
function after(said: string, cue: RegExp, nouns: readonly Noun[]): Noun | null {
  const match = cue.exec(said);
  if (!match) return null;
  const words = said.slice(0, match.index + match[0].length).split(' ').length;
  return nouns.find(({ start }) => start >= words) ?? null;
}

function placeIn(said: string, nouns: readonly Noun[]): Place {
  const area = areaIn(said);
  if (area) return { area };
  const before = (at: number) => nouns.filter(({ start }) => start < wordAt(said, at)).at(-1);
  // "What does the dog have on its left?", "what is to the dog's left?"
  const own = /(?:^|\s)(?:'s|its|his|her|their)\s+(?:immediate\s+)?(left|right)\b/.exec(said);
  const owner = own && (before(own.index + 1) ?? nouns[0]);
  if (owner) return { relation: own[1] as Relation, anchor: owner };
  for (const [relation, words] of RELATIONS) {
    const behind = new RegExp(`\\b(?:${words})\\s+${DETERMINER}`).exec(said);
    if (behind) {
      const at = wordAt(said, behind.index + behind[0].length);
      const anchor = nouns.find(({ start }) => start >= at && start <= at + ADJECTIVES);
      if (anchor) return { relation, anchor };
      // "What is the dog left of?", "the dog is left of what?"
      const other = nouns.filter(({ end }) => end <= wordAt(said, behind.index)).at(-1);
      if (other) return { relation: OPPOSITE[relation], anchor: other };
    }
  }
  // "What is the dog left of?"
  const end = /\b(left|right) of$/.exec(said);
  const anchor = end && before(end.index);
  return anchor ? { relation: OPPOSITE[end[1] as Relation], anchor } : null;
}

/** Words that may stand between a determiner and its noun. */
const ADJECTIVES = 2;

function wordAt(said: string, index: number): number {
  const before = said.slice(0, index).trim();
  return before === '' ? 0 : before.split(' ').length;
}

const ACROSS = { left: -1, right: 1 } as const;
const DOWN = { top: -1, upper: -1, bottom: 1, lower: 1 } as const;

function areaIn(said: string): Area | null {
  const corner = /\b(top|upper|bottom|lower)[- ](left|right)\b/.exec(said);
  if (corner) {
    return { across: ACROSS[corner[2] as keyof typeof ACROSS], down: DOWN[corner[1] as keyof typeof DOWN] };
  }
  // The left of a screen is that of the picture, but what is on it may be a thing on a screen that is pictured.
  const ofPicture = `(?:\\s+(?:hand\\s+)?(?:side|half|part|edge|third))?(?:\\s+(?:of|in)\\s+(?:the|this|that|a)\\s+(?:${PICTURE}|screen))`;
  const alone = '(?:\\s+(?:hand\\s+)?(?:side|half|part|edge|third))?$';
  const side = new RegExp(
    `\\b(?:on|in|at|to)\\s+the\\s+(?:very\\s+|far\\s+)?(left|right|top|upper|bottom|lower)(?:${ofPicture}|${alone})`,
  ).exec(said);
  const word = side?.[1];
  if (word !== undefined) {
    return word in ACROSS
      ? { across: ACROSS[word as keyof typeof ACROSS], down: null }
      : { across: null, down: DOWN[word as keyof typeof DOWN] };
  }
  if (/\b(in|at) the (middle|cent(er|re))\b/.test(said)) return { across: 0, down: 0 };
  return null;
}
