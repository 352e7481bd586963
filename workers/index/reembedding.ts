/** Re-embeds a whole index into another space from its stored texts. */
import { TteError } from '../../src/shared/errors.ts';
import type { AddProgress, SpaceManifest } from '../../src/shared/index-types.ts';
import type { Engine } from '../pipeline/engine.ts';
import { type Input, textInput } from '../pipeline/input.ts';
import { throwIfAborted } from '../storage/aborted.ts';
import type { Store } from '../storage/database.ts';
import { hashContent } from './content.ts';
import { embedPassages, isCut } from './embed-passages.ts';
import type { Existing, Save, SegmentsReplaced } from './index-state.ts';
import { idsByRow } from './live-rows.ts';
import { type PassageVector, packPassages } from './passage-table.ts';
import { packRows } from './rows.ts';
import type { SearchPriority } from './search-priority.ts';
import { type Segment, type StoredRow, segmentEntries } from './segments.ts';

export interface ReembedContext {
  store: Store;
  name: string;
  engine: Engine;
  space: SpaceManifest;
  request: number;
  signal: AbortSignal;
  searchPriority: SearchPriority;
  onProgress: (progress: AddProgress) => void;
}

/** Rows per new segment, and per forward pass. */
const SEGMENT_ROWS = 1024;
const BATCH_SIZE = 32;

/**
 * Stores the re-embedded segments; the index itself is unchanged until the manifest is replaced.
 * @throws TteError unsupported if an item cannot be re-embedded from its text · as `embed`
 */
export async function reembed(
  state: Existing,
  save: Save,
  context: ReembedContext,
): Promise<SegmentsReplaced> {
  const { name, space, signal } = context;
  const { manifest, catalog } = state;
  const rows = [...(await idsByRow(state)).keys()];
  await requireTexts(state, rows, context);

  const segments: Segment[] = [];
  for (let from = 0; from < rows.length; from += SEGMENT_ROWS) {
    const items: StoredRow[] = [];
    const vectors: Float32Array[] = [];
    const passages: PassageVector[][] = [];
    for (let at = from; at < Math.min(from + SEGMENT_ROWS, rows.length); at += BATCH_SIZE) {
      const some = rows.slice(at, Math.min(at + BATCH_SIZE, from + SEGMENT_ROWS));
      const embedded = await embedTexts(await catalog.items(some), context);
      for (const { item, vector, ...one } of embedded) {
        items.push(item);
        vectors.push(vector);
        passages.push(one.passages);
      }
      const done = at + some.length;
      const last = items.at(-1)?.id ?? '';
      context.onProgress({ done, total: rows.length, added: done, skipped: 0, failed: 0, name: last });
      throwIfAborted(signal);
    }
    const number = manifest.nextSegment + segments.length;
    const { entries, segment } = await segmentEntries(name, number, {
      items,
      rows: packRows(vectors, space.dimensions),
      passages: packPassages(passages, space.dimensions),
      tombstones: [],
    });
    await save(entries);
    segments.push(segment);
  }
  return {
    manifest: {
      ...manifest,
      space,
      generation: manifest.generation + 1,
      nextSegment: manifest.nextSegment + segments.length,
      segments,
    },
    adopt() {}, // other vectors: read from the store
  };
}

interface Embedded {
  item: StoredRow;
  vector: Float32Array;
  passages: PassageVector[];
}

async function embedTexts(items: readonly StoredRow[], context: ReembedContext): Promise<Embedded[]> {
  const { engine, space, request, signal, searchPriority } = context;
  await searchPriority.waitForSearches();
  const inputs = await Promise.all(items.map(async (item) => (await inputOf(item)) as Input));
  const options = { think: space.think, role: 'document' as const, dimensions: space.dimensions };
  const embedded: Embedded[] = [];
  const cut: number[] = [];
  const failures: unknown[] = [];
  await engine.embedMany(inputs, options, { request, signal, onTrace: () => {} }, (i, outcome) => {
    if ('error' in outcome) return void failures.push(outcome.error);
    const { vector, trace } = outcome.value;
    const item = { ...(items[i] as StoredRow), trace: trace?.text ?? null };
    embedded[i] = { item, vector, passages: [] };
    if (isCut(inputs[i] as Input, outcome.value, engine)) cut.push(i);
  });
  if (failures.length > 0) throw failures[0];
  for (const i of cut) {
    (embedded[i] as Embedded).passages = await embedPassages(inputs[i] as Input, i, context);
  }
  return embedded;
}

/** The item's original input, if the index stores all of it (a text, possibly with a supplied trace); checked by content hash. */
async function inputOf({ text, trace, contentHash }: StoredRow): Promise<Input | null> {
  if (text.trim() === '') return null;
  const input = textInput(text);
  if ((await hashContent(input)) === contentHash) return input;
  if (trace === null) return null;
  for (const source of ['input', 'reasoner', 'print'] as const) {
    const traced: Input = { ...input, trace: { text: trace, source } };
    if ((await hashContent(traced)) === contentHash) return traced;
  }
  return null;
}

async function requireTexts(
  { catalog }: Existing,
  rows: readonly number[],
  { name, signal }: ReembedContext,
) {
  let unknown = 0;
  for (let at = 0; at < rows.length; at += BATCH_SIZE) {
    const items = await catalog.items(rows.slice(at, at + BATCH_SIZE));
    const inputs = await Promise.all(items.map((item) => inputOf(item)));
    unknown += inputs.filter((input) => input === null).length;
    throwIfAborted(signal);
  }
  if (unknown === 0) return;
  throw new TteError(
    'unsupported',
    `${unknown} of the ${rows.length} items of the index '${name}' were made from pictures, instructions or vectors, which it does not store: it ` +
      'cannot be embedded again, and stays as it is. Add them to another index, or open this one without a model.',
  );
}
