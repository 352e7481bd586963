/** Compares token ids and vectors with those of Python's libraries for the same texts (`training/presets_reference.py`). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Embedder } from '../../src/client/types.ts';
import type { Role } from '../../src/shared/types.ts';
import { cosine } from '../../workers/embedder/vector.ts';
import type { ModelFolder } from '../../workers/models/folder.ts';
import { presets } from '../../workers/models/presets.ts';
import { plainEmbed } from '../../workers/models/prompts.ts';
import { mean } from '../../workers/statistics.ts';
import { renderTemplate } from '../../workers/text/template.ts';
import { openTokenizer } from '../../workers/text/tokenizer.ts';

interface Reference extends Record<Role, { ids: number[][]; vectors: number[][] }> {
  texts: string[];
}

export interface Compared {
  role: Role;
  texts: number;
  /** Of how many texts all token ids are the same. */
  'same tokens': number;
  'least cosine': number;
  'mean cosine': number;
}

/**
 * @param hub folder in the hub's layout
 * @param tell is given each text whose token ids are others
 */
export async function parity(
  embedder: Embedder,
  { preset, hub, file }: { preset: string; hub: string; file: string },
  tell: (role: Role, text: string, ours: readonly number[], theirs: readonly number[]) => void,
): Promise<Compared[]> {
  const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;
  const known = presets[preset];
  if (!known || !('hub' in known)) throw new Error(`${preset} is no preset of the hub`);
  const { maxTokens } = known.part.text ?? {};
  const tokenizer = await openTokenizer(folderAt(preset, join(hub, known.hub, 'resolve/main')));
  const rows: Compared[] = [];
  for (const role of ['query', 'document'] as const) {
    const template = (known.part.prompts?.embed ?? plainEmbed)[role];
    const { ids, vectors } = reference[role];
    let same = 0;
    const cosines: number[] = [];
    for (const [i, text] of reference.texts.entries()) {
      const [theirs, vector] = [ids[i] as number[], vectors[i] as number[]];
      const prompt = renderTemplate(template, { text });
      const ours = tokenizer.encode(prompt, maxTokens === undefined ? {} : { maxTokens }).ids;
      if (ours.join() === theirs.join()) same++;
      else tell(role, text, ours, theirs);
      if (text.trim() === '') continue; // refused: there is nothing to embed
      const embedding = await embedder.embed({ text }, { role, think: 'never' });
      cosines.push(cosine(embedding.vector, Float32Array.from(vector)));
    }
    rows.push({
      role,
      texts: reference.texts.length,
      'same tokens': same,
      'least cosine': Number(Math.min(...cosines).toFixed(6)),
      'mean cosine': Number(mean(cosines).toFixed(6)),
    });
  }
  return rows;
}

/** A folder on disk, as the tokenizer reads it. */
function folderAt(id: string, path: string): ModelFolder {
  const text = async (name: string) => {
    try {
      return readFileSync(join(path, name), 'utf8');
    } catch {
      return null;
    }
  };
  const json = async (name: string) => JSON.parse((await text(name)) ?? 'null');
  return { descriptor: { id }, json, text } as unknown as ModelFolder;
}
