/** One input in the decoder: its cache, and the outputs for an embedding head. It must always be disposed. */
import type { Tensor } from '../runtime/types.ts';
import { type Cache, disposeAll, emptyCache } from './cache.ts';
import { type Decoder, forward, type Rows } from './decoder.ts';
import type { PositionOf } from './positions.ts';
import type { Snapshot } from './prefix-cache.ts';

export interface PreparedPrompt {
  /** Token ids of the prompt and the given start of the trace, with all image tokens. */
  ids: readonly number[];
  /** Number of ids that belong to the prompt, which a prefix LM attends to bidirectionally. */
  prefixLength: number;
  /** Number of leading ids that are worth caching for other inputs. */
  stable: number;
  positions: PositionOf;
  /** `features` has a row for each image token, in order. Owned by the vision encoder. */
  images: { token: number; features: Rows; carried: Readonly<Record<string, Tensor>> } | null;
  /** Whether it is a single photograph without text, and with no trace other than the model's own: some models have a separate head for these. */
  isPhotograph: boolean;
  truncated: boolean;
}

export interface Run {
  /** Number of tokens in the cache. */
  readonly past: number;
  /** Feeds the prompt's next ids, up to `end`. @returns `next_token`, owned by the caller; null unless requested */
  feedPrompt(end: number, wantNext: boolean): Promise<Tensor | null>;
  /** Feeds one token, int64 [1, 1], on the device or not; the caller keeps ownership. */
  feedToken(token: Tensor): Promise<Tensor>;
  /** Feeds text that was appended after the generated tokens. */
  feedText(ids: readonly number[]): Promise<void>;
  /** Drops the last token from the kept outputs; nothing can be fed afterwards. */
  dropLast(): void;
  /** Passes the tensors so far to the prefix cache and continues to borrow them. */
  snapshot(): Snapshot;
  /** Kept outputs in order, by name; owned by the run. */
  readonly kept: Readonly<Record<string, readonly Tensor[]>>;
  dispose(): void;
}

export function startRun(decoder: Decoder, prompt: PreparedPrompt, from: Snapshot | null): Run {
  const { runtime, keep } = decoder;
  let cache: Cache = from?.cache ?? emptyCache(runtime, decoder.slots, 1);
  let owned = !from;
  let past = from?.ids.length ?? 0;
  const kept: Record<string, Tensor[]> = Object.fromEntries(
    keep.map((name) => [name, [...(from?.kept[name] ?? [])]]),
  );
  /** Number of entries of each list that belong to a snapshot. */
  let borrowed = keep[0] === undefined ? 0 : (kept[keep[0]]?.length ?? 0);

  async function feed(
    ids: Tensor,
    images: ReturnType<typeof imagesBetween>,
    wantNext: boolean,
  ): Promise<Tensor | null> {
    const span = {
      ids,
      past,
      cache,
      positions: prompt.positions,
      prefixLength: prompt.prefixLength,
      ...(images ? { images } : {}),
    };
    const result = await forward(decoder, span, { cache: true, next: wantNext });
    if (owned) disposeAll(Object.values(cache));
    cache = result.cache;
    owned = true;
    past += ids.dims[1] as number;
    for (const name of keep) kept[name]?.push(result.kept[name] as Tensor);
    return result.next;
  }

  function asTensor(ids: readonly number[]): Tensor {
    return runtime.tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
  }

  /** The features of the image tokens among the ids from `past` to `end`. */
  function imagesBetween(end: number) {
    const { images, ids } = prompt;
    if (!images) return null;
    const rows: number[] = [];
    for (let at = past; at < end; at++) if (ids[at] === images.token) rows.push(at - past);
    if (rows.length === 0) return null;
    let before = 0;
    for (let at = 0; at < past; at++) if (ids[at] === images.token) before++;
    const { data, hidden } = images.features;
    const features = { data: data.subarray(before * hidden, (before + rows.length) * hidden), hidden };
    return { rows, features, carried: images.carried };
  }

  return {
    get past() {
      return past;
    },
    kept,
    feedPrompt: (end, wantNext) => feed(asTensor(prompt.ids.slice(past, end)), imagesBetween(end), wantNext),
    feedToken: (token) => feed(token, null, true) as Promise<Tensor>,
    async feedText(ids) {
      await feed(asTensor(ids), null, false);
    },
    dropLast() {
      past--;
      for (const name of keep) kept[name]?.pop()?.dispose();
    },
    snapshot() {
      owned = false;
      borrowed = keep[0] === undefined ? 0 : (kept[keep[0]]?.length ?? 0);
      return {
        ids: prompt.ids.slice(0, past),
        cache,
        kept: Object.fromEntries(keep.map((name) => [name, [...(kept[name] ?? [])]])),
      };
    },
    dispose() {
      if (owned) disposeAll(Object.values(cache));
      for (const tensors of Object.values(kept)) disposeAll(tensors.splice(0).slice(borrowed));
    },
  };
}
