/**
 * A store on disk, with the contract of `testing/store-contract.ts`, for any number of processes at once. A folder holds
 *
 *     log/000000000042   one change each: keys with their values; the first process that links the next number has it
 *     blobs/{uuid}       large values, written before the change that names them
 *
 * Linking a finished file under the next number is the commit: a killed process leaves complete changes and unreferenced files, but
 * never a partial change. From time to time a change contains the whole state (`whole`), and all earlier changes are deleted.
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Deserializer, Serializer } from 'node:v8';
import type { Store } from '../../storage/database.ts';
import { makeFolder } from './make-folder.ts';

/** A serialised value, in the log or in a separate file. Null: removed. */
type Stored = Uint8Array | { blob: string } | null;

interface Change {
  /** Whether it contains the whole state, which makes earlier changes obsolete. */
  whole: boolean;
  entries: [key: string, stored: Stored][];
}

/** Values larger than this are stored in separate files, so that the log stays small enough to be read at once. */
const BLOB_BYTES = 32 * 1024;
/** Number of changes after which the log is compacted. */
const LOG_LENGTH = 256;
const DRAFT = 'draft-';
const isDraft = (name: string) => name.startsWith(DRAFT);
/** An unreferenced file of this age does not belong to a running write. */
const ORPHAN_MS = 60 * 60 * 1000;

/** Creates the folder on the first write; `set` rejects with a QuotaExceededError when the disk is full. */
export function fileStore(folder: string): Store {
  const log = join(folder, 'log');
  const blobs = join(folder, 'blobs');
  const values = new Map<string, Exclude<Stored, null>>();
  /** The newest change that this process knows, and the number of changes in the log. */
  let newest = 0;
  let length = 0;
  let isSwept = false;
  let writing: Promise<unknown> = Promise.resolve();
  let reading: Promise<void> | undefined;

  const pathOf = (number: number) => join(log, String(number).padStart(12, '0'));

  /** Reads the changes of other processes. Concurrent calls share one read. */
  function refresh(): Promise<void> {
    reading ??= readNew().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function readNew(): Promise<void> {
    const names = await readdir(log).catch(nothing([]));
    const numbers = names.filter((name) => /^\d+$/.test(name)).map(Number);
    length = numbers.length;
    for (const number of numbers.filter((number) => number > newest).sort((a, b) => a - b)) {
      const bytes = await readFile(pathOf(number)).catch(nothing(null));
      if (bytes === null) return readNew(); // restated meanwhile
      if (number > newest) apply(number, deserialize(bytes) as Change);
    }
    if (!isSwept) await sweep();
  }

  function apply(number: number, { whole, entries }: Change): void {
    if (whole) values.clear();
    for (const [key, stored] of entries) {
      if (stored === null) values.delete(key);
      else values.set(key, stored);
    }
    newest = number;
  }

  /** Deletes what killed processes left behind: unreferenced blobs, and changes that were never committed. */
  async function sweep(): Promise<void> {
    isSwept = true;
    const known = new Set([...values.values()].map((stored) => ('blob' in stored ? stored.blob : '')));
    const left = [
      ...(await readdir(blobs).catch(nothing([])))
        .filter((name) => !known.has(name))
        .map((name) => join(blobs, name)),
      ...(await readdir(log).catch(nothing([]))).filter(isDraft).map((name) => join(log, name)),
    ];
    for (const path of left) {
      const made = await stat(path).catch(nothing(null));
      if (made !== null && Date.now() - made.mtimeMs > ORPHAN_MS) await rm(path, { force: true });
    }
  }

  /** Writes one change at a time in this process; `plan` runs again if another process was first. */
  function commit(plan: () => Change | null): Promise<void> {
    const committed = writing.then(() => commitNow(plan));
    writing = committed.catch(() => {});
    return committed;
  }

  async function commitNow(plan: () => Change | null): Promise<void> {
    for (;;) {
      await refresh();
      const change = plan();
      if (change === null) return;
      const number = newest + 1;
      if (!(await publish(number, serialize(change)))) continue;
      const before = change.entries.map(([key]) => values.get(key));
      apply(number, change);
      length++;
      if (!change.whole) await drop(before);
      if (length > LOG_LENGTH) await restate();
      return;
    }
  }

  /** Resolves to false if another process has taken the number. */
  async function publish(number: number, bytes: Uint8Array): Promise<boolean> {
    const draft = join(log, `${DRAFT}${randomUUID()}`);
    try {
      await write(draft, bytes);
      await link(draft, pathOf(number));
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async function restate(): Promise<void> {
    const number = newest + 1;
    if (!(await publish(number, serialize({ whole: true, entries: [...values] })))) return; // another process goes on
    newest = number;
    const names = (await readdir(log)).filter((name) => /^\d+$/.test(name) && Number(name) < number);
    // Oldest first, so that no removed value reappears because its removal was deleted earlier.
    for (const name of names.sort()) await rm(join(log, name), { force: true });
    length = 1;
  }

  /** Deletes the files of replaced values. A process that still refers to them reads the log again. */
  async function drop(stored: readonly (Exclude<Stored, null> | undefined)[]): Promise<void> {
    for (const one of stored) if (one && 'blob' in one) await rm(join(blobs, one.blob), { force: true });
  }

  async function store(value: unknown): Promise<Exclude<Stored, null>> {
    const bytes = serialize(value);
    if (bytes.byteLength <= BLOB_BYTES) return bytes;
    const blob = randomUUID();
    await write(join(blobs, blob), bytes);
    return { blob };
  }

  async function read(key: string): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      const stored = values.get(key);
      if (stored === undefined) return undefined;
      if (!('blob' in stored)) return deserialize(stored);
      const bytes = await readFile(join(blobs, stored.blob)).catch(nothing(null));
      if (bytes !== null) return deserialize(bytes);
      if (attempt > 0) return undefined; // deleted by hand
      await refresh(); // replaced by another process
    }
  }

  const below = (prefix: string) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort();

  return {
    async get(key) {
      await refresh();
      return read(key);
    },
    async set(entries) {
      try {
        await Promise.all([log, blobs].map(makeFolder));
        const stored: [string, Stored][] = [];
        for (const [key, value] of entries) stored.push([key, await store(value)]);
        await commit(() => ({ whole: false, entries: stored }));
      } catch (error) {
        if (!['ENOSPC', 'EDQUOT'].includes(codeOf(error))) throw error;
        throw Object.assign(new Error('The disk is full.', { cause: error }), { name: 'QuotaExceededError' });
      }
    },
    async entries(prefix) {
      await refresh();
      const found: [string, unknown][] = [];
      for (const key of below(prefix)) found.push([key, await read(key)]);
      return found.filter(([, value]) => value !== undefined);
    },
    async keys(prefix) {
      await refresh();
      return below(prefix);
    },
    remove: (keys) =>
      commit(() => {
        const there = keys.filter((key) => values.has(key));
        return there.length > 0 ? { whole: false, entries: there.map((key) => [key, null]) } : null;
      }),
  };
}

/** Resolves when the data is on the disk (fsync). */
async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file: FileHandle = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Deserialises like a structured clone: the result owns its buffers. */
function serialize(value: unknown): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

function deserialize(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** The error for a missing file. */
function nothing<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === 'ENOENT') return value;
    throw error;
  };
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
