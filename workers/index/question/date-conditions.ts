/** From dates in a question to conditions on the items' date fields: since, before, between, last summer. */
import { addDays, ago, isOfOurTime, type Period, period } from './calendar.ts';
import { type Bounds, chosen, phrase, written } from './date-bounds.ts';
import { type DateContext, type FoundDate, findDates } from './dates.ts';
import type { DateField } from './fields.ts';
import { NUMBER, parseNumber } from './numbers.ts';
import type { FoundCondition, Sureness } from './parts.ts';
import { before, type Span, type Spans } from './spans.ts';

const VERB =
  'taken|made|written|sent|received|bought|paid|shot|created|dated|published|modified|edited|changed|updated|added|saved|recorded|posted|issued|filmed|photographed|captured|signed|booked|ordered|released|due|expiring|expires?|uploaded|scanned|printed|cooked|purchased|drawn|visited|drafted|going|goes|go|scanned in|logged|noted|stored|delivered';
/** What joins a date to the thing it is of; `before`, `since` and the like are looked for apart. */
const LINK = String.raw`(?:(?:that|which|who|i|we|they|you|it|was|were|is|are|have|has|had|been|got|get|did|of mine)\s+)*(?:(?:${VERB}|come|came|coming|dating|back|only|sometime|somewhere|anywhere|anytime|some time)\s+)*`;

const OPERATORS: readonly [RegExp, (interval: FoundDate['interval']) => Bounds][] = [
  [
    /(?<![\p{L}\p{N}])(?:not before|no earlier than|since|from|starting(?: from| in| on)?|as of|beginning(?: in)?)$/iu,
    ({ from }) => ({ from }),
  ],
  [
    /(?<![\p{L}\p{N}])(?:before|prior to|earlier than|older than|preceding|predat(?:es?|ing)|until|till?|thru|up (?:to|until)(?: and including)?|pre-?)$/iu,
    ({ from }) => ({ to: from }),
  ],
  [/(?<![\p{L}\p{N}])(?:by|no later than|not after)$/iu, ({ to }) => ({ to })],
  [
    /(?<![\p{L}\p{N}])(?:after|later than|newer than|more recent than|following|post-?)$/iu,
    ({ to }) => ({ from: to }),
  ],
];
const UNTIL = /(?:until|till?|thru|through|up (?:to|until)(?: and including)?)$/i;
const WITHIN =
  /(?<![\p{L}\p{N}])(?:in|from|out of|to|during|of|on|at|over|within|around|throughout|dated|for|all|anywhere in)(?: (?:the|about|around|early|late))?$/iu;
const ONWARDS =
  /^\s*(?:onwards?|(?:up )?(?:to|until|till) (?:now|today|date|the present)\b|on(?=\s*[,.?!]|\s*$|\s+(?:with|without|but|and|not|no|that|for|under|over|tagged|rated)\b)|and (?:later|after|onwards?|newer)|or (?:later|after|newer))\b/i;
const EARLIER = /^\s*(?:and (?:earlier|before|older)|or (?:earlier|before|older))\b/i;
const JOINT =
  /^\s*(?:to|up to|and (?:ending|ends|finishing) (?:in|on|with|by)|and|until|till?|thru|through|[-–—])\s*(?:the )?$/i;

const PAIR = /^\s*(?:,?\s*(?:and|or)|&|,)\s*$/i;
/** Behind a year that has no preposition: the end, or other words that bind. */
const AFTER_YEAR =
  /^\s*(?:[.?!,;)"“„«]|$)|^\s+(?:with|without|w\/o|but|and|or|not|no|except|that|which|for|from|under|over|below|above|between|tagged|labell?ed|rated|by|in|at|on)\b/i;

/** Ages: older than two years, less than a week old. */
const AGE = new RegExp(
  String.raw`\b(older|newer|younger|more|less|over|under|at least|at most|not older|no older|up to)(?: than)?\s+(${NUMBER}|an?)\s+(day|week|fortnight|month|year|decade)s?(\s+old|\s+ago)?\b`,
  'gi',
);

export function dateConditions(
  spans: Spans,
  fields: readonly DateField[],
  context: DateContext,
  sureness: Sureness,
): FoundCondition[] {
  if (fields.length === 0) return [];
  const isSure = sureness === 'item';
  const found: FoundCondition[] = [];
  const add = (span: Span, bounds: Bounds, isLinked: boolean) => {
    const sure = isLinked && sureness !== 'general';
    const words = spans.text.slice(span.from, span.to);
    const field = chosen(fields, spans.text, words);
    found.push({
      span,
      where: { [field.path]: written(bounds, field.format) },
      reason: `${field.path} ${phrase(bounds)}`,
      isSure: sure,
    });
    if (sure) spans.take(span);
  };

  for (const match of spans.matches(AGE)) {
    const [, word = '', count = '', unit, suffix] = match;
    const isOlder = /^(older|more|over|at least)$/i.test(word);
    const isYounger = /^(newer|younger|less|under|at most|up to|not older|no older)$/i.test(word);
    // "more than two years" alone is a duration.
    if (suffix === undefined && !/older|newer|younger/i.test(word)) continue;
    const moment = ago(
      unit?.toLowerCase() as Period,
      context.now,
      /^an?$/i.test(count) ? 1 : parseNumber(count, '.'),
    );
    if ((!isOlder && !isYounger) || !isOfOurTime({ from: moment, to: moment })) continue;
    const start = linked(spans.text, match.index);
    add(
      { from: start, to: match.index + match[0].length },
      isOlder ? { to: moment } : { from: moment },
      true,
    );
  }

  const dates = findDates(spans.text, context).filter(({ span }) => spans.isFree(span));
  for (let i = 0; i < dates.length; i++) {
    const { interval: named, span, isPlain: isDate } = dates[i] as FoundDate;
    const next = dates[i + 1];
    const edge = EDGE.exec(before(spans.text, span.from));
    const interval = edge === null ? named : partOf(named, edge[0], context.firstDay);
    const isPlain = isDate || edge !== null;
    const head = before(spans.text, edge?.index ?? span.from).replace(/\s+the$/i, '');
    const joint = next && spans.text.slice(span.to, next.span.from);
    // "2017 or 2018", "March and April": where one begins as the other ends, both are meant.
    const isUnion = next?.interval.from.getTime() === interval.to.getTime() && PAIR.test(joint as string);
    const opener =
      /(?:\bbetween|\bfrom|\bstarting(?: in| on| with| from)?|\bin|\bduring|\bof)?$/i.exec(head)?.[0] ?? '';
    if (
      next &&
      (isUnion ||
        (JOINT.test(joint as string) &&
          (!/and/i.test(joint as string) ||
            /between/i.test(opener) ||
            /ending|ends|finish/i.test(joint as string))))
    ) {
      const first = sameYear(spans.text, dates[i] as FoundDate, next);
      const start = linked(spans.text, head.length - opener.length);
      const isReversed = first >= next.interval.to; // between 2024 and 2021
      const bounds = isReversed
        ? { from: next.interval.from, to: named.to }
        : { from: first, to: next.interval.to };
      add({ from: start, to: next.span.to }, bounds, isSure || opener !== '');
      i++;
      continue;
    }
    const tail = spans.text.slice(span.to);
    const after = (ONWARDS.exec(tail) ?? EARLIER.exec(tail))?.[0];
    const [operator, bounds] = after
      ? ['', ONWARDS.test(tail) ? { from: momentOf(named, edge?.[0]) ?? interval.from } : { to: interval.to }]
      : operatorBefore(head, interval, momentOf(named, edge?.[0]));
    const link = operator || WITHIN.exec(head)?.[0] || '';
    const start = linked(spans.text, head.length - link.length);
    const hasVerb = new RegExp(String.raw`\b(?:${VERB})\b`, 'i').test(spans.text.slice(start, head.length));
    const to = span.to + (after?.length ?? 0);
    if (link === '' && !isPlain && !hasVerb) {
      // A year without a link, "hotel bookings 2024": behind what it is of, or beside a kind or a tag.
      if (/\($/.test(head) && /^\s*\)/.test(tail)) {
        add({ from: head.length - 1, to: span.to + tail.indexOf(')') + 1 }, interval, true);
      } else if (/,$/.test(head) && !/^(?:may|march)$/i.test(spans.text.slice(span.from, span.to))) {
        if (AFTER_YEAR.test(tail)) add(span, interval, isSure); // holiday photos, August
      } else if (isYear(interval)) {
        const isBehind = head.trim() !== '' && AFTER_YEAR.test(tail);
        if (isBehind || !spans.isFree({ from: 0, to: spans.text.length })) {
          add(span, interval, isSure && /^\d/.test(spans.text.slice(span.from)));
        }
      }
      continue;
    }
    const isWeak = /^for\b/i.test(link) && !isPlain;
    const isOperator = operator !== '' && !/^(?:from|by)$/i.test(operator);
    add({ from: start, to }, bounds, !isWeak && (isSure || hasVerb || isOperator || after !== undefined));
  }
  return found;
}

/** @param moment the start or the end of the period, where these are named: since the end of May */
function operatorBefore(
  head: string,
  interval: FoundDate['interval'],
  moment: Date | null,
): [string, Bounds] {
  for (const [pattern, bounds] of OPERATORS) {
    const operator = pattern.exec(head)?.[0];
    if (operator === undefined) continue;
    // "from May" is in May: only "from May on" begins there.
    if (/^from$/i.test(operator)) return [operator, interval];
    if (moment !== null) return [operator, bounds({ from: moment, to: moment })];
    return [operator, UNTIL.test(operator) ? { to: interval.to } : bounds(interval)];
  }
  return ['', interval];
}

/** A part of a period: the end of May, early in 2020, the week of 12 October. */
const EDGE =
  /(?:\bthe )?\b(?:(?:start|beginning|middle|end) of(?: the)?|week-?end of(?: the)?|week (?:of|starting|beginning|commencing)(?: the)?)$|\b(?:early|mid-?|late)(?: in)?$/i;
const DAY = 86_400_000;

function partOf({ from, to }: FoundDate['interval'], words: string, firstDay: number): FoundDate['interval'] {
  const length = Math.round((to.getTime() - from.getTime()) / DAY);
  if (/week-?end/i.test(words)) return weekendNear(from);
  if (/week of/i.test(words)) return period('week', from, 0, firstDay);
  if (/week/i.test(words)) return { from, to: addDays(from, 7) };
  if (length < 3) return { from, to };
  const third = Math.round(length / 3);
  if (/early|start|beginning/i.test(words)) return { from, to: addDays(from, third) };
  return /mid/i.test(words)
    ? { from: addDays(from, third), to: addDays(to, -third) }
    : { from: addDays(to, -third), to };
}

/** Saturday and Sunday, with that day or after it. */
function weekendNear(date: Date): FoundDate['interval'] {
  const saturday = addDays(date, date.getDay() === 0 ? -1 : 6 - date.getDay());
  return { from: saturday, to: addDays(saturday, 2) };
}

function momentOf({ from, to }: FoundDate['interval'], words = ''): Date | null {
  return /\bend of/i.test(words) ? to : /(?:start|beginning) of/i.test(words) ? from : null;
}

/** Where the words begin that join a date to what it is of. */
function linked(text: string, at: number): number {
  const match = new RegExp(String.raw`(?:^|(?<=\s))${LINK}$`, 'i').exec(`${text.slice(0, at).trimEnd()} `);
  return match === null || match[0].trim() === '' ? at : match.index;
}

const isYear = ({ from, to }: FoundDate['interval']) => to.getTime() - from.getTime() > 300 * 86_400_000;

/** Where only the second date has a year ("March to May 2021"), the first is of that year, or of the one before. */
function sameYear(text: string, first: FoundDate, second: FoundDate): Date {
  const has = ({ span }: FoundDate) => /\d{4}/.test(text.slice(span.from, span.to));
  const { from } = first.interval;
  if (has(first) || !has(second)) return from;
  const moved = new Date(second.interval.from.getFullYear(), from.getMonth(), from.getDate());
  return moved < second.interval.to
    ? moved
    : new Date(moved.getFullYear() - 1, moved.getMonth(), moved.getDate());
}
