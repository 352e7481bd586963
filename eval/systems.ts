/** The systems that are compared: each a model folder, thought for by nobody, by itself, or by the teacher. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/paths.ts';
import type { EmbedderOptions } from '../src/index.ts';
import type { System, Think } from './family.ts';

export interface Setup {
  model: NonNullable<EmbedderOptions['model']>;
  /** What one opened model is measured as, in this order: `shuffled` takes the traces that `full` wrote. */
  roles: readonly { system: System; thinks: readonly Think[] }[];
}

const OWN: readonly Think[] = ['never', 'answer', 'full', 'auto', 'shuffled'];
const TAUGHT: readonly Think[] = ['answer', 'full', 'shuffled'];
const DIRECT = join(root, 'eval/models/direct');

/** Served for the evaluation alone: the direct baseline is no part of the package. */
export const modelFolders: Readonly<Record<string, string>> = { '/models/direct/': DIRECT };

export function systems(): { setups: Setup[]; notes: string[] } {
  const has = (folder: string) => existsSync(join(folder, 'tte.json'));
  const isDirect = has(DIRECT);
  const isApart = has(join(root, 'public/models/pico-s'));
  const taught = { system: 'TTE_t', thinks: TAUGHT } as const;
  const notes = [
    ...(isDirect
      ? []
      : ['direct: no eval/models/direct (training stage export makes it), its rows are left out']),
    ...(isApart
      ? []
      : ['TTE_s: no public/models/pico-s, its rows are left out; TTE_t is pico on the teacher’s traces']),
  ];
  const unified = { system: 'TTE_u', thinks: OWN } as const;
  const setups: Setup[] = [
    ...(isDirect
      ? [{ model: { embedder: '/models/direct' }, roles: [{ system: 'direct', thinks: ['never'] }] } as const]
      : []),
    { model: 'pico', roles: isApart ? [unified] : [unified, taught] },
    ...(isApart ? [{ model: 'pico-s', roles: [{ system: 'TTE_s', thinks: OWN }, taught] } as const] : []),
  ];
  return { setups, notes };
}
