/** Reads the modules after the text encoder in a sentence-transformers folder: modules.json, and each module's config.json. */
import type { Pooling } from '../../src/shared/descriptor.ts';
import type { FolderView } from './derive.ts';
import type { JsonObject } from './families.ts';

export interface SentenceModules {
  /** `none` if the folder needs an unsupported pooling; then the graph must pool, otherwise the model is refused. */
  pooling: Pooling;
  /** Folders of `Dense` modules after the pooling, in order. */
  dense: readonly string[];
  /** Whether the folder declares a pooling, which makes it a sentence encoder. */
  pools: boolean;
}

/** Ignored modules: vectors are always normalised at the end. */
const HARMLESS = ['Transformer', 'Pooling', 'Normalize'];
/** The square root of the length changes a sum's length, not its direction. */
const POOLINGS: Readonly<Record<string, Pooling>> = {
  cls: 'cls',
  cls_token: 'cls',
  mean: 'mean',
  mean_tokens: 'mean',
  mean_sqrt_len: 'mean',
  mean_sqrt_len_tokens: 'mean',
  last: 'last',
  lasttoken: 'last',
};

export async function readSentenceModules({ json }: Pick<FolderView, 'json'>): Promise<SentenceModules> {
  const modules = modulesOf(await json('modules.json'));
  const config = await json(
    `${modules.find(({ type }) => type === 'Pooling')?.path ?? '1_Pooling'}/config.json`,
  );
  const modes = poolingModes(config);
  const types = modules.map(({ type }) => type);
  const dense = modules.flatMap(({ type, path }) => (type === 'Dense' ? [path] : []));
  // Normalising before a Dense, or dividing by anything but the count, would change its output.
  const order = types.filter((type) => type !== 'Transformer').join();
  const isUsual =
    types.every((type) => HARMLESS.includes(type) || type === 'Dense') &&
    (dense.length === 0 || (/^Pooling(,Dense)+(,Normalize)?$/.test(order) && !modes[0]?.includes('sqrt')));
  const [mode = 'mean'] = modes;
  const pooling = isUsual && modes.length < 2 ? (POOLINGS[mode] ?? 'none') : 'none';
  return { pooling, dense: pooling === 'none' ? [] : dense, pools: config !== null };
}

/** Newer folders name the mode, older ones have a flag for each; several are concatenated. */
function poolingModes(config: JsonObject | null): string[] {
  const named = config?.pooling_mode;
  if (typeof named === 'string') return [named];
  if (Array.isArray(named)) return named.map(String);
  return Object.entries(config ?? {}).flatMap(([key, value]) =>
    key.startsWith('pooling_mode_') && value === true ? [key.slice('pooling_mode_'.length)] : [],
  );
}

function modulesOf(json: JsonObject | null): { type: string; path: string }[] {
  if (!Array.isArray(json)) return [];
  return json.map((module) => ({
    type: String(module?.type).split('.').pop() ?? '',
    path: String(module?.path ?? ''),
  }));
}
