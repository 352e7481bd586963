/** What can be named: pictograms and photo classes with their kinds and glosses (`data/names.json`, written by training). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/paths.ts';

export interface Name {
  name: string;
  /** One of the kinds of `wording.broad`. */
  kind: string;
  /** WordNet's definition without the name in it; may be empty. */
  gloss: string;
  /** Nearest first. */
  hypernyms: readonly string[];
  /** False: no training trace ever held it. */
  traced: boolean;
  /** Of the pictogram, without the variation selector. */
  hexcode?: string;
  /** ImageNet's, of the photo class. */
  wnid?: string;
}

export const names: readonly Name[] = readData('names.json');

export function readData<T>(file: string): T {
  return JSON.parse(readFileSync(join(root, 'eval/data', file), 'utf8')) as T;
}
