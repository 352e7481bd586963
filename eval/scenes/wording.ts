/** The wording of questions and traces, from the tables that training uses (`data/wording.json`). */
import { readData } from '../names.ts';

export interface Wording {
  marks: { think: string; endThink: string };
  /** The names of the four places in traces, in reading order. */
  places: readonly string[];
  /** The names of each place in questions. */
  corners: readonly (readonly string[])[];
  /** Relation → from place → to place. */
  relations: Readonly<Record<string, Readonly<Record<string, number>>>>;
  phrases: Readonly<Record<string, readonly string[]>>;
  ask: readonly string[];
  find: readonly string[];
  findNamed: readonly string[];
  kind: readonly string[];
  change: readonly string[];
  changeRelated: readonly string[];
  caption: readonly string[];
  instructions: Readonly<
    Record<'qa' | 'category' | 'ground' | 'composed' | 'related' | 'describe', readonly string[]>
  >;
  /** Kind → a broader kind. */
  broad: Readonly<Record<string, string>>;
}

export const wording: Wording = readData('wording.json');

/** Fills placeholders: `the {x}` with values for `x`. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
