/** The command line of a script that scripts/run.mjs starts: wrong arguments end it before it has done anything. */
import { spawnSync } from 'node:child_process';
import { type Arguments, type Options, type Positionals, parseArguments } from '../src/node/arguments.ts';

interface Command<O extends Options> {
  /** What `--help` prints, beginning with "Usage: ". */
  usage: string;
  options?: O;
  /** @default none are taken */
  positionals?: Positionals;
  /** Scripts of package.json that `--build` runs first. */
  builds?: readonly string[];
}

const BUILD = { build: { type: 'boolean' } } as const;

/** Prints the usage and ends the process, with code 0 if it was asked for and with 2 if the arguments are wrong. */
export function commandLine<const O extends Options = Record<never, never>>({
  usage,
  options = {} as O,
  positionals,
  builds = [],
}: Command<O>): Arguments<O> {
  const known = builds.length > 0 ? { ...options, ...BUILD } : options;
  const parsed = attempt(() => parseArguments(process.argv.slice(3), known, positionals));
  if (parsed === 'help') {
    console.log(usage.trim());
    process.exit(0);
  }
  if ('build' in parsed.values && parsed.values.build) builds.forEach(build);
  return parsed as Arguments<O>;
}

/** Ends the process because of wrong arguments. */
export function refuse(message: string): never {
  console.error(`${message}\nTry "--help".`);
  process.exit(2);
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function build(script: string): void {
  const { status } = spawnSync(`npm run ${script}`, { stdio: 'inherit', shell: true });
  if (status !== 0) process.exit(status ?? 1);
}
