/** What a trace says of a clip: an answer, or what happens in it, written by a rule. */
import type { ClipQuestion } from './read.ts';
import type { Event, Way } from './tracks.ts';

/** How surely the thing that moves has a name, by name. */
export type Names = ReadonlyMap<string, number>;

/** From there on a name is said. */
const LEAST = 0.1;

const OPPOSITE: Readonly<Record<Way, string>> = { left: 'right', right: 'left', up: 'bottom', down: 'top' };
const PLACES: Readonly<Record<Way, string>> = { left: 'left', right: 'right', up: 'top', down: 'bottom' };

/** Whether what happens is what a question is about. */
export function isAskedFor(question: ClipQuestion | null, { what, way }: Event): boolean {
  if (!question) return true;
  if (question.asks === 'comes' || question.asks === 'leaves') return question.asks === what;
  return question.way === null || question.way === way;
}

/**
 * Empty if a name is asked for and none is known.
 * @param question null: what happens
 * @param one how a single thing is introduced
 */
export function tellClip(question: ClipQuestion | null, event: Event, names: Names, one: string): string {
  const { asks, subject } = question ?? { asks: 'happens', subject: null };
  const name = likeliest(names, subject?.names ?? null);
  if (asks === 'happens')
    return name === null ? sentence('something', event) : `${one} ${sentence(name, event)}`;
  if (asks === 'direction')
    return `${sentence(name ?? subject?.names[0] ?? 'something', event)} : ${event.way}`;
  return name === null ? '' : `${sentence(name, event)} : ${name}`;
}

/** @param among null: all names */
function likeliest(names: Names, among: readonly string[] | null): string | null {
  const [best] = [...names]
    .filter(([name, score]) => score >= LEAST && (among === null || among.includes(name)))
    .sort((a, b) => b[1] - a[1]);
  return best?.[0] ?? null;
}

/** `dog moves from left to right`. */
function sentence(name: string, { what, way }: Event): string {
  const isAcross = way === 'left' || way === 'right';
  const [from, to] = [OPPOSITE[way], PLACES[way]];
  if (what === 'comes') return `${name} comes in from the ${from}`;
  if (what === 'leaves') return `${name} leaves to the ${to}`;
  return `${name} moves from ${isAcross ? `${from} to ${to}` : `the ${from} to the ${to}`}`;
}
