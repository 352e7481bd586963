/**
 * Takes a question apart by a small grammar of English, into which translate.ts brings other languages: conditions on fields that the
 * items have, exact words, exclusions, and the text that is left. Nothing is asked of a model, and nothing is looked up.
 */
import type { Chrono } from 'chrono-node/en';
import type { MetadataFilter, Understood } from '../../../src/shared/index-types.ts';
import { dateConditions } from './date-conditions.ts';
import { type Exclusion, findExclusions, findFree, negatorBefore } from './exclusions.ts';
import type { Fields } from './fields.ts';
import { joinFilters } from './filters.ts';
import { numberConditions } from './number-conditions.ts';
import { findOrder, saysNothingElse } from './order.ts';
import { quotesIn, unquoted } from './quotes.ts';
import { createSpans, type Span, type Spans } from './spans.ts';
import type { Translation } from './translate.ts';
import { valueConditions } from './value-conditions.ts';
import { valuesFor } from './values.ts';

export interface QuestionContext {
  fields: Fields;
  now: Date;
  /** BCP 47, of the page. */
  locale: string;
  chrono: Chrono;
}

/** A longer text is a description; its dates and negations belong to what it describes. */
const MAX_WORDS = 24;
/** In a text this short, a bare `not` excludes. */
const SHORT_WORDS = 14;
/** Asks about the world and not for an item: its dates belong to what it is about. */
const ABOUT_THE_WORLD =
  /^\s*(?:who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|should|will|would|has|have|what(?:\s+(?:is|are|was|were|happened|caused?|did|does|do|has|have|can|would|will|makes?|kind|type))?)\b/i;
const PERSONAL = /\b(?:i|me|my|mine|we|us|our|ours)\b/i;
/** Asks for something, in the form of a question. */
const REQUEST =
  /^\s*(?:can|could|would|will) you (?:please )?(?:find|show|give|get|list|fetch|bring|look|search|tell|pull)\b|^\s*(?:(?:is|are) there|where (?:is|are) (?:the|that|those))\b/i;
/** Of a thing that is so, or how: its numbers and dates are no conditions, whatever stands before them. */
const GENERAL =
  /^\s*(?:how|why|when|who|whose|is|are|was|were|do|does|did|can|could|should|will|would|has|have)\b/i;
/** Words that almost every question with something to take apart contains; one that only names a value, *urgent papers*, has none. */
const CUE =
  /\d|["＂“”„«»‹›「『《#€$£¥₹₺₽₩<>]|(?:^|\s)['‘‚’]\p{L}|(?:^|\s)[-–−]\p{L}|-free\b|n['’]t\b|\b(?:not|no|non|n?either|nor|never|without|w\/o|outside|except\w*|exclud\w*|omit\w*|leav\w+ out|skip\w*|other than|apart from|aside from|minus|sans|besides|unrelated|anything but|everything but|nothing|avoid\w*|lacking|hold the|free (?:of|from)|instead of|rather than|as opposed to|in place of|last|first|most|least|best|worst|(?:new|old|lat|larg|bigg|small|tini|long|short|heavi|light|quick|fast|slow|earli|high|low|great|few|pric[a-z]+|cost[a-z]+)(?:est|st)|sort\w*|order\w*|rank\w*|arrange\w*|chronological\w*|past|previous|this|current|since|before|after|until|till|ago|older|newer|yesterday|today|tonight|early|late|weeks?|weekends?|months?|years?|summer|winter|spring|autumn|fall|fortnights?|noughties|christmas|xmas|boxing day|easter|good friday|halloween|thanksgiving|new years?|valentine|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|febr)uary|march|april|may|june|july|august|(?:sept|nov|dec)ember|october|\w+ties|over|under|sub|above|below|at least|at most|more than|less than|fewer than|between|exceed\w*|up to|max\w*|min\w*|cheap\w*|cost\w*|priced|rated|half an?|couple|hundred|thousand|grand|fivers?|tenners?|pdfs?|photos?|photographs?|pictures?|pics?|images?|snap\w*|selfies?|videos?|clips?|movies?|notes?|web ?pages?|html|markdown|audio|recordings?|songs?|spread ?sheets?|csvs?|jpe?gs?|pngs?|gifs?|docx?|word|excel|xlsx?|pptx?|power ?points?|presentations?|epubs?|zips?|(?:taken|shot|made|written|sent|signed|filmed|recorded) (?:with|on|by|in|at|near)|cameras?|lens|authors?|wider?|taller?|narrower|higher|shorter|landscape|portrait|larger|bigger|smaller|heavier|lighter|longer|shorter|tag\w*|label\w*|marked|categor\w*|filed|flagged|folder|album)\b/iu;
/**
 * Whether it can contain anything to take apart; decided without reading the items.
 * @param hasFewItems whether it costs little to look at them
 */
export function isWorthReading(text: string, hasFewItems: boolean): boolean {
  const count = text.trim().split(/\s+/).length;
  return text.trim() !== '' && count <= MAX_WORDS && (hasFewItems || CUE.test(text)) && !isStatement(text);
}

/** A statement with a verb of its own, which is not a description of an item to find. */
function isStatement(text: string): boolean {
  const verbs = text.matchAll(
    /(\S+\s+)?\b(?:is|are|was|were|has|have|had|will|would|can|could|should|might|must|said|says)\b/gi,
  );
  if (!/[.!]["”']?\s*$/.test(text) || PERSONAL.test(text)) return false;
  return [...verbs].some(([, word = '']) => !/^(?:that|which|who|ones|those|it|they)\s/i.test(word));
}

export const untouched = (text: string): Understood => ({
  ...{ text, not: [], where: {}, exact: [], preferences: [], sort: null, reasons: [] },
});

/** @param question one that is worth reading, in English as far as its conditions go */
export function understand(question: Translation, context: QuestionContext): Understood {
  const { text } = question;
  const { fields, now, locale, chrono } = context;
  const spans = createSpans(text);
  const isWorldly = ABOUT_THE_WORLD.test(text) && !PERSONAL.test(text) && !REQUEST.test(text);
  const sureness = !isWorldly ? 'item' : GENERAL.test(text) ? 'general' : 'world';

  const quotes = quotesIn(text).filter(({ words }) => words !== '');
  // A quoted tag is a tag, “tagged "to do"”; nothing else within quotes is a condition.
  const isValue = (words: string) => fields.values.some((field) => valuesFor(field, words).length > 0);
  const values = quotes.filter(({ words }) => isValue(words));
  for (const quote of quotes) if (!values.includes(quote)) spans.take(quote.span);
  const conditions = valueConditions(spans, fields);
  const quoted = quotes.filter((quote) => !values.includes(quote) || spans.isFree(quote.span));
  for (const { span } of quoted) spans.take(span);
  const order = findOrder(spans, fields, isWorldly);
  if (order !== null) spans.take(order.span);
  const firstDay = firstDayOf(locale);
  conditions.push(...dateConditions(spans, fields.dates, { now, firstDay, chrono }, sureness));
  conditions.push(...numberConditions(spans, fields, locale, sureness));

  const where: MetadataFilter[] = [];
  const preferences: MetadataFilter[] = [];
  const reasons: string[] = [];
  const not: string[] = [];
  const exact: string[] = [];
  const say = (from: number, to: number, what: string) =>
    void reasons.push(`“${question.source(from, to).trim()}”: ${what}.`);

  for (const { span, where: filter, reason, isSure } of conditions.sort(
    (a, b) => a.span.from - b.span.from,
  )) {
    const negated = negatorBefore(text, span.from);
    const from = negated ?? span.from;
    if (negated !== null && isSure) spans.take({ from, to: span.from });
    const turned = negated === null ? filter : { not: filter };
    (isSure ? where : preferences).push(turned);
    say(from, span.to, `${negated === null ? '' : 'not '}${reason}${isSure ? '' : ', as a preference'}`);
  }
  if (order !== null) say(order.span.from, order.span.to, `in the order of ${order.reason}`);
  const wanted: Span[] = [];
  for (const { span, words } of quoted) {
    const negated = negatorBefore(text, span.from);
    if (negated !== null) spans.take({ from: negated, to: span.from });
    (negated === null ? exact : not).push(words);
    if (negated === null) wanted.push(span);
    say(negated ?? span.from, span.to, negated === null ? 'in these words' : 'without these words');
  }
  const words = spans.left().trim().split(/\s+/).length;
  const manner = isWorldly ? 'explicit' : words <= SHORT_WORDS ? 'short' : 'long';
  const exclusions = findExclusions(spans, manner);
  for (const exclusion of [...exclusions, ...findFree(spans)]) exclude(exclusion);

  function exclude({ span, phrases }: Exclusion) {
    for (const phrase of phrases) {
      const field = fields.values
        .map((field) => ({ path: field.path, values: valuesFor(field, phrase) }))
        .find(({ values }) => values.length > 0);
      if (field !== undefined) where.push({ not: { [field.path]: { in: field.values } } });
      not.push(phrase);
    }
    say(span.from, span.to, `not ${phrases.join(', not ')}`);
  }

  if (where.length + preferences.length + not.length + exact.length === 0 && order === null)
    return untouched(question.source(0, text.length));
  const topics = conditions
    .filter(({ isTopic, span }) => isTopic && negatorBefore(text, span.from) === null)
    .map(({ span }) => span);
  const isOrderAlone = order !== null && saysNothingElse(tidied(spans.left(wanted)), fields);
  return {
    text: isOrderAlone ? '' : question.restored(rest(spans, wanted, topics)),
    not,
    where: joinFilters(where),
    exact,
    preferences,
    sort: order?.sort ?? null,
    reasons,
  };
}

const STOP =
  'a|an|the|my|our|me|us|any|all|some|of|from|in|on|at|by|with|and|or|but|that|which|what|who|is|are|was|were|be|i|we|it|for|to|please|ones?|those|these|about|only|just|do|did|have|has|had|also|as|so|where|there|than';
/** If only these words are left, there is nothing worth embedding. */
const EMPTY = new RegExp(
  String.raw`\b(?:${STOP}|anything|everything|something|things?|items?|stuff|files?|show|find|give|list|get|got|buy|bought|take|took|taken|make|made|write|wrote|see|saw|pay|paid|send|sent|spend|spent|eat|ate|mentions?|mentioning|says|saying|put|leave|after)\b|[^\p{L}\p{N}]`,
  'giu',
);
const LEADING =
  /^(?:\s*(?:please|(?:can|could|would|will) you(?: please)?|what['’]s in|fetch|let me see|i would like|every|i want(?: to see)?|i need|i['’]d like|i am looking for|i['’]m looking for|looking for|i(?: a|['’])m after|have i got an?|where did i (?:put|leave|save|store|keep)|is there|search(?:ing)? for|search|find|show|get|give|list|me|us|do i have|have i got|are there|where (?:is|are) (?:my|the)|all|any|some|the|my|our|every|only|just|what(?! (?:is|are|was|were|do|does|did|can|will|would|should|causes?|makes?|happen))|which|of|about|that|and|but|with|in|on|from|for)(?![\p{L}\p{N}'’-])|\s*[,.;:!?–—-]+)+\s*/iu;
const DANGLING = new RegExp(String.raw`(?:\s+(?:${STOP})|\s*[,;:–—-])+(?=\s*[.?!]*\s*$)`, 'iu');

/** What is left for the vector, with quoted words, which say what is meant, too: without the kinds and tags, where something else is left, and the whole text where nothing is. */
function rest(spans: Spans, quotes: readonly Span[], topics: readonly Span[]): string {
  for (const kept of [quotes, [...quotes, ...topics]]) {
    const left = tidied(spans.left(kept));
    if (left.replace(EMPTY, '') !== '') return left;
  }
  return spans.text;
}

/** Without the words of a request at the beginning, and what is left over at the end. */
export function tidied(left: string): string {
  return unquoted(left)
    .replace(/\s{2,}/g, '  ')
    .replace(/(?:\s(?:and|or|but|with|that|which|,))+(?= {2})/gi, '')
    .replace(/\s+([,.;:!?])/g, '$1')
    .replace(/([,;:])(?:\s*[,;:.])+/g, '$1')
    .replace(/\(\s*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(LEADING, '')
    .replace(DANGLING, '')
    .replace(/\s*[,;:.!?–—-]+$/, '')
    .trim();
}

interface WeekLocale extends Intl.Locale {
  getWeekInfo?: () => { firstDay: number };
  weekInfo?: { firstDay: number };
}

function firstDayOf(locale: string): number {
  const { getWeekInfo, weekInfo } = new Intl.Locale(locale) as WeekLocale;
  return (getWeekInfo?.call(new Intl.Locale(locale)) ?? weekInfo)?.firstDay ?? 1;
}
