/** `think-then-embed index`: arguments, messages and exit codes; site-index.ts does the work. */
import type { Embedder, EmbedderOptions } from '../client/types.ts';
import { isTteError } from '../shared/errors.ts';
import type { ThinkMode } from '../shared/types.ts';
import { existingFolder, oneOf, parseArguments, wholeNumber } from './arguments.ts';
import { buildSiteIndex, type SiteProgress, type SiteReport } from './site-index.ts';

const USAGE = `Usage: think-then-embed index DIR --out FILE.parquet [options]

Makes a search index of a folder's HTML, Markdown, text, PDF and pictures, for
openIndex('docs', { from: '/FILE.parquet' }) in a page. Run again, it embeds only what is new.

  --out FILE           the index to write
  --base URL           where DIR is served (default /)
  --model NAME         preset, hub id or folder (default pico)
  --think MODE         never (default); auto: about photographs, and read print; answer or full: about every item first
  --max-tokens N       longest passage (default 200)
  --overlap N          tokens repeated between passages of a section (default 32)
  --data-dir DIR       where models and vectors are kept (default: the user's cache)
  --quiet              only errors
  -h, --help

Pictures need "sharp" and PDFs "unpdf" (npm install -D sharp unpdf).

Exit codes: 0 done; 1 no index was written; 2 wrong arguments; 3 written, but some files could not be read.
`;

/** The terminal that the command writes to; tests pass their own. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** Whether the current line can be overwritten. */
  isInteractive: boolean;
}

type Open = (options: EmbedderOptions & { dataDir?: string }) => Promise<Embedder>;

const OPTIONS = {
  out: { type: 'string' },
  base: { type: 'string', default: '/' },
  model: { type: 'string', default: 'pico' },
  think: { type: 'string', default: 'never', check: oneOf(['never', 'auto', 'answer', 'full']) },
  'max-tokens': { type: 'string', default: '200', check: wholeNumber(16) },
  overlap: { type: 'string', default: '32', check: wholeNumber(0) },
  'data-dir': { type: 'string' },
  quiet: { type: 'boolean', default: false },
} as const;

/** @returns the exit code */
export async function command(args: readonly string[], terminal: Terminal, open: Open): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    terminal.error(`${(error as Error).message}\nTry "think-then-embed --help".\n`);
    return 2;
  }
  if (parsed === 'help') {
    terminal.out(USAGE);
    return 0;
  }
  const { folder, out, values } = parsed;
  const progress = values.quiet ? () => {} : progressLine(terminal);
  let embedder: Embedder | undefined;
  try {
    embedder = await open({
      model: values.model,
      ...(values['data-dir'] !== undefined && { dataDir: values['data-dir'] }),
      onWarning: ({ message }) => terminal.error(`Warning: ${message}\n`),
    });
    const report = await buildSiteIndex(embedder, {
      folder,
      out,
      baseUrl: values.base.replace(/\/*$/, '/'),
      think: values.think as ThinkMode,
      maxTokens: Number(values['max-tokens']),
      overlap: Number(values.overlap),
      onProgress: progress,
    });
    if (terminal.isInteractive && !values.quiet) terminal.error('\r\x1b[K');
    for (const { path, reason } of report.failed) terminal.error(`${path}: ${reason}\n`);
    if (!values.quiet) terminal.out(summary(out, report));
    return report.failed.length > 0 ? 3 : 0;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    terminal.error(`No index was written: ${message}${isTteError(error) ? ` (${code})` : ''}\n`);
    return 1;
  } finally {
    await embedder?.dispose();
  }
}

/** @throws Error that says what is wrong with the arguments */
function parse(args: readonly string[]) {
  const parsed = args.length === 0 ? 'help' : parseArguments(args, OPTIONS, { most: Infinity });
  if (parsed === 'help') return parsed;
  const { values, positionals } = parsed;
  const [verb, folder, ...rest] = positionals;
  if (verb !== 'index') throw new Error(`There is no command "${verb ?? ''}". The only command is "index".`);
  if (folder === undefined) throw new Error('Name the folder to index.');
  if (rest.length > 0) throw new Error(`Only one folder can be indexed; "${rest[0]}" is a second one.`);
  if (existingFolder(folder) !== undefined) throw new Error(`"${folder}" is not a folder.`);
  const { out } = values;
  if (out === undefined) throw new Error('Name the file to write: --out site.tte.parquet.');
  return { folder, out, values };
}

/** Overwrites one line, or prints a line every few seconds if the terminal cannot overwrite. */
function progressLine({ error, isInteractive }: Terminal): (progress: SiteProgress) => void {
  const every = isInteractive ? 100 : 5_000;
  let due = 0;
  return ({ phase, done, total, name }) => {
    if (Date.now() < due) return;
    due = Date.now() + every;
    const line = `${phase === 'read' ? 'Reading' : 'Embedding'} ${done} of ${total}: ${name}`;
    error(isInteractive ? `\r\x1b[K${line.slice(0, 79)}` : `${line}\n`);
  };
}

function summary(out: string, report: SiteReport): string {
  const { files, items, embedded, unchanged, removed, bytes, startedOver } = report;
  const size = bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
  return (
    (startedOver === null
      ? ''
      : `The earlier file was of no use, everything was embedded: ${startedOver}\n`) +
    `${out}: ${items} items of ${files} files, ${size} (${embedded} embedded, ${unchanged} unchanged, ${removed} removed)\n`
  );
}
