/** The words of questions and traces: the tables that training uses (`data/wording.json`). */
import { readData } from '../names.ts';

export interface Wording {
  marks: { think: string; endThink: string };
  /** Of a scene's four things, in reading order: as traces say it. */
  places: readonly string[];
  /** Of each place, as questions say it. */
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
  /** Kind → what it is more broadly. */
  broad: Readonly<Record<string, string>>;
}

export const wording: Wording = readData('wording.json');

/** `the {x}` and its values → text. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
