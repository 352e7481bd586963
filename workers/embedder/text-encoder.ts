/** One text tower. A trace is read in the same pass where the prompt has a place for it, else mixed in as a vector. */

import type { ModelFolder } from '../models/folder.ts';
import type { Dtypes, Runtime } from '../runtime/types.ts';
import { renderTemplate } from '../text/template.ts';
import { openTextTower } from './text-tower.ts';
import type { Embedder, Encoded, EncodeItem, TraceText } from './types.ts';
import { mix } from './vector.ts';

/** At least half of the vector stays the query's: a trace alone retrieves worse (docs/method.md). */
const TRACE_WEIGHT = 0.4;
const PROMPT = '[[{instruction}\n]]{text}';

export async function openTextEncoder(
  runtime: Runtime,
  folder: ModelFolder,
  dtypes: Dtypes,
  signal: AbortSignal,
): Promise<Embedder> {
  const { descriptor } = folder;
  const tower = await openTextTower(runtime, folder, 'model', dtypes, signal);
  const prompts = descriptor.prompts.embed ?? { query: PROMPT, target: PROMPT };
  const traceWeight = descriptor.fusion?.trace ?? TRACE_WEIGHT;

  /** The texts whose vectors make the item's: one, or the input and its trace. An image is known by its trace alone. */
  function parts({ text, instruction, trace, role, images }: EncodeItem): string[] {
    const template = prompts[role];
    const prompt = renderTemplate(template, { text, instruction, trace: trace?.text ?? '' });
    if (trace === null || template.includes('{trace}')) return [prompt];
    return images.length > 0 && text === '' ? [essence(trace)] : [prompt, essence(trace)];
  }

  return {
    images: false,
    dimensions: descriptor.embedding?.dimensions ?? 0,
    async *encode(items, signal) {
      const owners: number[] = [];
      const texts = items.flatMap((item, index) => {
        const own = parts(item);
        owners.push(...own.map(() => index));
        return own;
      });
      const encoded: Encoded[] = [];
      for await (const batch of tower.encode(texts, signal)) {
        for (const result of batch) encoded[result.index] = result.encoded;
        yield batch.flatMap(({ index: at }) => {
          const index = owners[at] as number;
          const first = owners.indexOf(index);
          const [query, trace] = [encoded[first], encoded[first + 1]];
          if (owners[first + 1] !== index) return query ? [{ index, encoded: query }] : [];
          return query && trace ? [{ index, encoded: fuse(query, trace, traceWeight) }] : [];
        });
      }
    },
    release: () => tower.release(),
  };
}

/** What an embedder that was never trained with traces reads of one: the final statement, which carries most of the gain. */
export function essence(trace: TraceText): string {
  return trace.answer || trace.thinking || trace.text;
}

/** The input's encoding with its trace's mixed in. */
export function fuse(input: Encoded, trace: Encoded, weight: number): Encoded {
  return {
    vector: mix(input.vector, trace.vector, weight),
    tokens: input.tokens + trace.tokens,
    truncated: input.truncated || trace.truncated,
  };
}
