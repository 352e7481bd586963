/**
 * Locks across processes: an exclusive lock is a file, made by whoever holds it and touched as long as he lives. Shared locks
 * keep out only this process' own writers: a reader whose file another process deletes finds that out by its hash.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../storage/aborted.ts';
import { sha256Text } from '../../storage/hash.ts';
import type { Acquire } from '../../storage/locks.ts';
import { createTurns, type Turns } from './turns.ts';

const POLL_MS = 50;
const TOUCH_MS = 5_000;
/** A holder that has not touched its file for so long is dead, or on another machine whose clock we do not know. */
const STALE_MS = 60_000;

/** Of this process, by path: two embedders over one folder wait for each other without a file. */
const turns = new Map<string, Turns>();

/** A folder that cannot be written gives locks of this process alone. */
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
  /** When the process began, in milliseconds since 1970, to about a second: numbers are given anew. */
  began: number;
}

const self: Holder = { pid: process.pid, host: hostname(), began: Date.now() - 1000 * process.uptime() };

/** @returns removes the file */
async function take(path: string, folder: string, signal: AbortSignal | null): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await mkdir(folder, { recursive: true });
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
  // Another process may have removed it first and holds a new one now: that is put back.
  const taken = await stat(aside).catch(() => null);
  if (taken !== null && taken.ino !== found.ino) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
  return true;
}

async function isHeld(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (text === '') return true; // just being made, or just given back
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
