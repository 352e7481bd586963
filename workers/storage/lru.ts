/** A persistent LRU cache: an in-memory front, and a store behind it. */
import type { Store } from './database.ts';

export interface Lru<Value> {
  /** Sets the maximum number of entries; 0, the initial value, disables the cache. */
  limit(entries: number): void;
  /** A hit in memory resolves without further asynchronous work. Values are shared: do not modify or transfer them. */
  get(key: string): Promise<Value | undefined>;
  /** Visible immediately; written to the store within half a second. */
  put(key: string, value: Value): void;
  /** Writes pending entries. Call it before the worker ends. */
  flush(): Promise<void>;
  totals(): Promise<{ entries: number; bytes: number }>;
  clear(): Promise<void>;
}

export interface LruOptions<Value> {
  store: Store;
  bytesOf: (value: Value) => number;
  now?: () => number;
}

/** Time of last use, stored apart from the value, so that eviction need not read values. */
interface Use {
  at: number;
  bytes: number;
}

/** Maximum entries in memory while the store works. */
const frontLimit = 2000;
const writeAfter = 500;
/** Milliseconds after a recorded use within which further hits are not recorded. */
const resolution = 60_000;

/**
 * If the store fails, the cache silently continues in memory. Other tabs may use the same store; values are content-addressed, so
 * concurrent writes write the same value.
 */
export function createLru<Value>({ store, bytesOf, now = Date.now }: LruOptions<Value>): Lru<Value> {
  /** Least recently used first. */
  const front = new Map<string, { value: Value; recorded: number }>();
  const pending = new Map<string, Value>();
  /** Keys that may be in the store, once they are known, so that a miss need not wait for the database. */
  let stored: Set<string> | undefined;
  let listing = false;
  let limit = 0;
  let sinceCheck = Number.POSITIVE_INFINITY;
  let works = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing = Promise.resolve();

  function remember(key: string, value: Value, recorded: number) {
    front.delete(key);
    front.set(key, { value, recorded });
    const bound = works ? Math.min(limit, frontLimit) : limit;
    for (const oldest of front.keys()) {
      if (front.size <= bound) break;
      front.delete(oldest);
    }
  }

  function record(key: string, value: Value) {
    remember(key, value, now());
    if (!works) return;
    pending.set(key, value);
    timer ??= setTimeout(flush, writeAfter);
  }

  /** Number of entries to add before the size of the store is checked again. */
  const slack = () => Math.max(1, Math.floor(limit / 20));

  /** Does nothing if the store has failed meanwhile. */
  async function attempt<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    if (!works) return otherwise;
    try {
      return await work();
    } catch {
      works = false;
      pending.clear();
      return otherwise;
    }
  }

  /** Loads the keys in the background. Entries that other tabs write later are not seen and computed again. */
  async function list() {
    if (listing) return;
    listing = true;
    const keys = await attempt(() => store.keys('value/'), []);
    stored = new Set([...keys.map((key) => key.slice('value/'.length)), ...pending.keys()]);
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(() => attempt(write, undefined));
    return writing;
  }

  async function write() {
    if (pending.size === 0) return;
    const batch = [...pending];
    pending.clear();
    for (const [key] of batch) stored?.add(key);
    const at = now();
    await store.set(
      batch.flatMap(([key, value], index) => {
        const use: Use = { at: at + index / 1000, bytes: bytesOf(value) }; // in order also within a batch
        return [[`value/${key}`, value] as const, [`use/${key}`, use] as const];
      }),
    );
    sinceCheck += batch.length;
    if (sinceCheck >= slack()) await evict();
  }

  /** Evicts enough for the next `slack` entries, so that the whole list is rarely read. */
  async function evict() {
    sinceCheck = 0;
    const uses = (await store.entries('use/')) as [string, Use][];
    if (uses.length + slack() <= limit) return;
    uses.sort(([, a], [, b]) => a.at - b.at);
    const surplus = uses.slice(0, Math.max(0, uses.length - Math.max(1, limit - slack())));
    await store.remove(surplus.flatMap(([key]) => [key, `value/${key.slice('use/'.length)}`]));
  }

  return {
    limit(entries) {
      limit = entries;
      sinceCheck = Number.POSITIVE_INFINITY;
    },
    async get(key) {
      if (limit === 0) return undefined;
      const hit = front.get(key);
      if (hit) {
        if (now() - hit.recorded > resolution) record(key, hit.value);
        else remember(key, hit.value, hit.recorded);
        return hit.value;
      }
      if (stored && !stored.has(key)) return undefined;
      void list();
      const found = (await attempt(() => store.get(`value/${key}`), undefined)) as Value | undefined;
      if (found !== undefined) record(key, found);
      return found;
    },
    put(key, value) {
      if (limit > 0) record(key, value);
    },
    flush,
    async totals() {
      await flush();
      const inMemory = [...front.values()].map(({ value }) => bytesOf(value));
      const stored = await attempt(
        async () => ((await store.entries('use/')) as [string, Use][]).map(([, { bytes }]) => bytes),
        inMemory,
      );
      return { entries: stored.length, bytes: stored.reduce((sum, bytes) => sum + bytes, 0) };
    },
    async clear() {
      pending.clear();
      front.clear();
      stored = new Set();
      await flush();
      await attempt(
        async () => store.remove([...(await store.keys('use/')), ...(await store.keys('value/'))]),
        undefined,
      );
    },
  };
}
