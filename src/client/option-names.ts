/** Names of options: one vocabulary for the whole package. A chunk of its own, loaded with the first embedder or index. */
import { invalid } from '../shared/errors.ts';

/** With a type where nothing more is checked where the option is used. */
const TYPES: Readonly<Record<string, string>> = {
  answer: '',
  assetsUrl: '',
  cache: 'object',
  context: '',
  customOperators: 'boolean',
  dataDir: 'string',
  decodeImage: 'function',
  device: '',
  dimensions: '',
  dtype: '',
  earlier: '',
  fetch: 'function',
  format: '',
  from: '',
  headers: '',
  hubUrl: '',
  hybrid: '',
  instruction: 'string',
  limit: '',
  locale: '',
  metadata: '',
  model: '',
  modelsUrl: '',
  offset: '',
  onError: '',
  onProgress: 'function',
  onSpaceMismatch: '',
  onTrace: 'function',
  onWarning: 'function',
  preload: 'boolean',
  queries: '',
  reembed: 'boolean',
  role: '',
  sample: '',
  seed: 'number',
  signal: 'object',
  space: '',
  think: '',
  threads: '',
  thumbnails: '',
  topK: '',
  where: '',
  workerUrl: '',
};
export const NAMES: readonly string[] = Object.keys(TYPES);

/**
 * A name that is almost one of ours is rejected, since it would have no effect. All others are ignored, as everywhere on the
 * platform.
 * @throws TteError invalid-input
 */
export function checkNames(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const type = Object.hasOwn(TYPES, name) ? TYPES[name] : null;
    const meant = type === null && NAMES.find((known) => isNearly(name, known));
    if (meant) throw invalid(`options.${name}: there is no such option; did you mean ${meant}?`);
    if (type && (value ?? null) !== null && typeof value !== type) {
      throw invalid(`options.${name}: must be of type ${type}, not ${typeof value}.`);
    }
  }
  const { cache } = options as { cache?: Record<string, unknown> | null };
  for (const [name, most] of Object.entries(cache ?? {})) {
    if (most !== undefined && !(typeof most === 'number' && most >= 0)) {
      throw invalid(`options.cache.${name}: must be a number of at least 0, not ${String(most)}.`);
    }
  }
}

/** Whether they differ by one missing, additional, different or misplaced letter, or in how words are joined. */
function isNearly(name: string, known: string): boolean {
  const [a = [], b = []] = [name, known].map((one) => {
    const plain = one.toLowerCase().replace(/[_-]/g, '');
    return [plain, ...Array.from(plain, (_, i) => plain.slice(0, i) + plain.slice(i + 1))];
  });
  return known.length > 3 && a.some((one) => b.includes(one));
}
