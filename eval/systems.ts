/** The systems to compare: each is a model folder with no reasoner, its own reasoner, or the teacher. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, weightsFolder } from '../scripts/paths.ts';
import type { EmbedderOptions } from '../src/index.ts';
import type { System, Think } from './family.ts';

export interface Setup {
  model: NonNullable<EmbedderOptions['model']>;
  /** The systems and modes to measure with one opened model. Order matters: `shuffled` uses the traces of `full`. */
  roles: readonly { system: System; thinks: readonly Think[] }[];
  /** Sees no pictures: only for the suite of texts. */
  isTextOnly?: boolean;
}

const OWN: readonly Think[] = ['never', 'answer', 'full', 'auto', 'shuffled'];
const TAUGHT: readonly Think[] = ['answer', 'full', 'shuffled'];
const DIRECT = join(root, 'eval/models/direct');

/** Of ordinary size, and with a language model that may answer from memory. */
const miniLM: Setup = {
  model: { embedder: '/models/all-MiniLM-L6-v2', reasoner: '/models/SmolLM2-135M-Instruct' },
  roles: [{ system: 'MiniLM', thinks: ['never', 'answer', 'auto'] }],
  isTextOnly: true,
};

/** Folders served only for the evaluation: the direct baseline is not part of the package. */
export const modelFolders: Readonly<Record<string, string>> = { '/models/direct/': DIRECT };

/** @param wanted all, if not given */
export function systems(wanted?: readonly string[]): { setups: Setup[]; notes: string[] } {
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
  if (!weightsFolder()) notes.push('MiniLM: no ../shared/models (or TTE_MODELS), its rows are left out');
  const unified = { system: 'TTE_u', thinks: OWN } as const;
  const setups: Setup[] = [
    ...(isDirect
      ? [{ model: { embedder: '/models/direct' }, roles: [{ system: 'direct', thinks: ['never'] }] } as const]
      : []),
    { model: 'pico', roles: isApart ? [unified] : [unified, taught] },
    ...(isApart ? [{ model: 'pico-s', roles: [{ system: 'TTE_s', thinks: OWN }, taught] } as const] : []),
    ...(weightsFolder() ? [miniLM] : []),
  ];
  const isWanted = ({ system }: Setup['roles'][number]) => wanted?.includes(system) ?? true;
  const left = setups.map((setup) => ({ ...setup, roles: setup.roles.filter(isWanted) }));
  return { setups: left.filter(({ roles }) => roles.length > 0), notes };
}
