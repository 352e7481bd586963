/**
 * Locks across processes. An exclusive lock is a file, created by its holder and touched regularly while the holder is alive. Shared
 * locks exclude only writers of this process; a reader whose file another process deletes detects it by the hash.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../storage/aborted.ts';
import { sha256Text } from '../../storage/hash.ts';
import type { Acquire } from '../../storage/locks.ts';
import { makeFolder } from './make-folder.ts';
import { createTurns, type Turns } from './turns.ts';

const POLL_MS = 50;
const TOUCH_MS = 5_000;
/** Milliseconds after which a holder that has not touched its file counts as dead; needed for holders on other machines. */
const STALE_MS = 60_000;

/** Locks within this process, by path: two embedders with the same folder wait for each other without a file. */
const turns = new Map<string, Turns>();

/** For a folder that cannot be written the locks work within this process only. */
export function fileLocks(folder: string): Acquire {
  return async (name, mode, signal) => {
    const path = join(folder, (await sha256Text(name)).slice(0, 32));
    const turn = turns.get(path) ?? createTurns();
    turns.set(path, turn);
    const release = await turn(mode, signal);
    if (mode === 'shared') return release;
    try {
      const giveBack = await take(path, folder, signal);
      return () => void giveBack().finally(release);
    } catch (error) {
      release();
      throw error;
    }
  };
}

interface Holder {
  pid: number;
  host: string;
  /** Start time of the process in milliseconds since 1970, accurate to about a second, because process ids are reused. */
  began: number;
}

const self: Holder = { pid: process.pid, host: hostname(), began: Date.now() - 1000 * process.uptime() };

/** @returns a function that removes the file */
async function take(path: string, folder: string, signal: AbortSignal | null): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await makeFolder(folder);
      await writeFile(path, JSON.stringify(self), { flag: 'wx' });
      const touching = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), TOUCH_MS);
      touching.unref();
      return async () => {
        clearInterval(touching);
        await rm(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return async () => {}; // nothing can be written here anyway
    }
    if (!(await removeAbandoned(path))) await sleep(POLL_MS, signal ?? new AbortController().signal);
  }
}

async function removeAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null) return true;
  if (Date.now() - found.mtimeMs < STALE_MS && (await isHeld(path))) return false;
  const aside = `${path}-${randomUUID()}`;
  await rename(path, aside).catch(() => {});
  // Another process may have removed it first and hold a new one now: put that back.
  const taken = await stat(aside).catch(() => null);
  if (taken !== null && taken.ino !== found.ino) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
  return true;
}

async function isHeld(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text === '') return true; // just being created or released
  const { pid, host, began } = JSON.parse(text) as Holder;
  if (host !== self.host) return true;
  return pid === self.pid ? Math.abs(began - self.began) < 2_000 : isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
