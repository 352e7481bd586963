/** Runs shell commands, each in a process group that ends with this process, however that ends. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface Group {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Ends all processes of the group. */
  end(): void;
}

/**
 * A fourth file is open between this process and a watcher in the group. When this process is gone, even by SIGKILL, the watcher
 * reads the file's end and ends the group: no handler for signals could do that.
 */
const WATCHED = '{ cat <&3; kill -KILL 0; } >/dev/null 2>&1 &\n';

export function startGroup(command: string, cwd: string, env: NodeJS.ProcessEnv): Group {
  const process_ = spawn('/bin/sh', ['-c', `${WATCHED}exec 3<&-\n${command}`], {
    cwd,
    env,
    detached: true, // leads a group of its own
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  }) as unknown as Group['process'];
  const end = () => {
    try {
      process.kill(-(process_.pid as number), 'SIGKILL');
    } catch {} // it has ended by itself
  };
  process_.once('exit', end); // the watcher would keep the files open, and `close` would not come
  return { process: process_, end };
}

/** Ends this process when the one that started it has gone: npm passes signals on to a shell only, which leaves its children alone. */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 1000).unref();
}
