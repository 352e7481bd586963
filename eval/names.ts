/** Names of things: pictograms and photo classes with their kinds and glosses (`data/names.json`, written by training). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/paths.ts';

export interface Name {
  name: string;
  /** One of the kinds of `wording.broad`. */
  kind: string;
  /** WordNet's definition with the name removed; may be empty. */
  gloss: string;
  /** Nearest first. */
  hypernyms: readonly string[];
  /** False if no trace in training contained the name. */
  traced: boolean;
  /** The pictogram's code point, without variation selector. */
  hexcode?: string;
  /** The photo class's ImageNet id. */
  wnid?: string;
}

export const names: readonly Name[] = readData('names.json');

export function readData<T>(file: string): T {
  return JSON.parse(readFileSync(join(root, 'eval/data', file), 'utf8')) as T;
}
