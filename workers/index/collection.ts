/**
 * One stored index. A change is one segment, written in one transaction with the manifest that names it, and announced only
 * afterwards. A lock serialises the writers of all tabs. Readers compare the stored manifest first, so that they never depend on
 * receiving an announcement.
 */
import { TteError } from '../../src/shared/errors.ts';
import type { Store } from '../storage/database.ts';
import type { Acquire } from '../storage/locks.ts';
import { compact, worthCompacting } from './compact.ts';
import {
  advance,
  type Existing,
  emptyState,
  type IndexState,
  isExisting,
  isSameVersion,
  type Save,
  type SegmentsReplaced,
} from './index-state.ts';
import { type Addition, type NewItem, planAddition } from './new-items.ts';
import {
  dropIndex,
  dropSegments,
  type IndexManifest,
  manifestKey,
  newManifest,
  readManifest,
} from './segments.ts';
import { requireSameSpace, type SpaceDemand } from './spaces.ts';
import { repeating, sweep } from './stored-index.ts';
import { type Change, writeChange } from './write-change.ts';

export interface CollectionContext {
  store: Store;
  name: string;
  acquire: Acquire;
  /** Called with the number of items after each change made by this worker. */
  announce: (count: number) => void;
}

/** The index that a writer started with. */
export interface Expected {
  demand: SpaceDemand;
  /** Its `manifest.incarnation`. A write is refused if the index was deleted meanwhile, so that it does not come back. */
  incarnation: string;
}

/** Operations reject with `space-mismatch` if the index is not in the space that they demand. */
export class Collection {
  readonly name: string;
  readonly #context: CollectionContext;
  #state: IndexState;
  #isSwept = false;
  /** Serializes operations that change the in-memory state. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(context: CollectionContext) {
    this.name = context.name;
    this.#context = context;
    this.#state = emptyState(context.store, context.name, 0);
  }

  /** Opens the index, or creates it in the demanded space. @returns null if it does not exist and no space is demanded */
  async create(demand: SpaceDemand): Promise<IndexManifest | null> {
    const found = await this.read(demand, async ({ manifest }) => manifest);
    if (found !== null || (await demand(null)) === null) return found;
    return this.#locked(async () => {
      const space = await demand(this.#state.manifest?.space ?? null);
      if (this.#state.manifest !== null || space === null) return this.#state.manifest;
      const { store } = this.#context;
      await dropIndex(store, this.name); // thumbnails that a killed deletion may have left
      const manifest = newManifest(space);
      await store.set([[manifestKey(this.name), manifest]]);
      await this.#advanceTo(manifest);
      return manifest;
    });
  }

  /** Runs a read on the newest state. It is run again if another tab's compaction removed the records it was reading. */
  async read<T>(demand: SpaceDemand, operation: (state: IndexState) => Promise<T>): Promise<T> {
    return repeating(this.name, async () => {
      const stored = await this.#stored();
      if (!isSameVersion(stored, this.#state.manifest) || this.#state.table.failed) {
        await this.#exclusively(async () => this.#advanceTo(await this.#stored()));
      }
      const state = this.#state;
      await this.#checkSpace(state, demand);
      return operation(state);
    });
  }

  /** The manifest of the index that a writer started with. @throws TteError disposed: the index was deleted */
  async require({ demand, incarnation }: Expected): Promise<IndexManifest> {
    return this.read(demand, async ({ manifest }) => {
      if (manifest?.incarnation !== incarnation) throw deletedMeanwhile(this.name);
      return manifest;
    });
  }

  /** Changes an existing index. `plan` runs under the writers' lock. Resolves when the change is stored. */
  async change(demand: SpaceDemand, plan: (state: Existing) => Promise<Change | null>): Promise<void> {
    await this.#locked(async () => {
      const state = this.#state;
      if (!isExisting(state)) return;
      await this.#checkSpace(state, demand);
      const change = await plan(state);
      if (change === null) return;
      const { store } = this.#context;
      await writeChange(state, change, { store, name: this.name, save: this.#save });
      this.#announce();
    });
    const state = this.#state;
    if (isExisting(state) && worthCompacting(state)) void this.compact(false).catch(() => {}); // tried again at the next change
  }

  /**
   * Adds items; an item with an existing id replaces it.
   * @returns the ids that were replaced
   * @throws TteError disposed: the index was deleted
   */
  async append({ demand, incarnation }: Expected, items: readonly NewItem[]): Promise<Set<string>> {
    let addition = null as Addition | null;
    await this.change(demand, async (state) => {
      addition = state.manifest.incarnation === incarnation ? await planAddition(state, items) : null;
      return addition?.change ?? null;
    });
    if (addition === null) throw deletedMeanwhile(this.name);
    return addition.replaced;
  }

  /** Stores what follows from a segment's items and was not stored with it. Nothing is stored if the segment is gone. */
  async supplement(segment: number, entry: readonly [key: string, value: unknown]): Promise<void> {
    await this.#locked(async () => {
      const { segments = [] } = this.#state.manifest ?? {};
      if (segments.some(({ number }) => number === segment)) await this.#save([entry]);
    });
  }

  /** Merges segments: all of them, or the newest small ones. */
  compact(all: boolean): Promise<void> {
    return this.replaceSegments((state, save) => {
      const { store } = this.#context;
      return compact({ store, name: this.name, state, save, all });
    });
  }

  /**
   * Replaces segments: stores the new ones, then the manifest that names them, and then deletes the old ones. If the worker is killed
   * in between, the old state is intact.
   * @param write stores the new segments; returns null if there is nothing to replace
   */
  async replaceSegments(
    write: (state: Existing, save: Save) => Promise<SegmentsReplaced | null>,
  ): Promise<void> {
    await this.#locked(async () => {
      const state = this.#state;
      if (!isExisting(state)) return;
      const before = state.manifest;
      this.#isSwept = false; // until it is known that nothing was left half written
      const replaced = await write(state, this.#save);
      if (replaced !== null) {
        const next = replaced.manifest;
        await this.#save([[manifestKey(this.name), next]]);
        replaced.adopt();
        await this.#advanceTo(next);
        const old = before.segments.filter((segment) => !next.segments.includes(segment));
        await dropSegments(
          this.#context.store,
          this.name,
          old.map(({ number }) => number),
        );
        this.#announce();
      }
      this.#isSwept = true;
    });
  }

  /** Deletes the index. Writers that started earlier cannot bring it back. */
  async drop(): Promise<void> {
    const { store, acquire, announce } = this.#context;
    const release = await acquire(this.#lock, 'exclusive', null);
    try {
      await this.#exclusively(async () => {
        await dropIndex(store, this.name);
        this.#state = emptyState(store, this.name, 0);
      });
      announce(0);
    } finally {
      release();
    }
  }

  get #lock(): string {
    return `think-then-embed:index:${this.name}`;
  }

  /** The manifest in the store, which another tab may have replaced. */
  #stored(): Promise<IndexManifest | null> {
    return readManifest(this.#context.store, this.name);
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }

  async #locked<T>(work: () => Promise<T>): Promise<T> {
    const release = await this.#context.acquire(this.#lock, 'exclusive', null);
    try {
      return await repeating(this.name, () =>
        this.#exclusively(async () => {
          await this.#advanceTo(await this.#stored());
          if (!this.#isSwept) await sweep(this.#context, this.#state.manifest);
          this.#isSwept = true;
          return work();
        }),
      );
    } finally {
      release();
    }
  }

  /** After a failure the state is discarded and the next operation reads everything again, so that stale data is never served. */
  async #advanceTo(next: IndexManifest | null): Promise<void> {
    const { store, name } = this.#context;
    try {
      this.#state = await advance(this.#state, next, { store, name });
    } catch (error) {
      this.#state = emptyState(store, name, 0);
      throw error;
    }
  }

  async #checkSpace({ manifest }: IndexState, demand: SpaceDemand): Promise<void> {
    const space = await demand(manifest?.space ?? null);
    if (manifest !== null && space !== null) requireSameSpace(this.name, manifest.space, space);
  }

  readonly #save: Save = (entries) => this.#context.store.set(entries);

  #announce(): void {
    this.#context.announce(this.#state.manifest?.count ?? 0);
  }
}

function deletedMeanwhile(name: string): TteError {
  return new TteError(
    'disposed',
    `The index '${name}' was deleted while something was being added to it. Add it again.`,
  );
}
