/**
 * Upgrades data with old names: stored data and model folders of earlier versions can still be opened. All readers of such data
 * use these functions, so that no other code knows the old names.
 */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';

/** Upgrades a `tte.json` or a stored descriptor (`licence`, role `target`). Other values are returned unchanged. */
export function upgradeDescriptor(json: unknown): unknown {
  if (!isObject(json)) return json;
  const { prompts, golden } = json;
  return {
    ...renamed(json, 'licence', 'license'),
    ...(isObject(prompts) && { prompts: { ...prompts, ...upgradedPrompts(prompts, 'embed') } }),
    ...(Array.isArray(golden) && { golden: golden.map(upgradeGolden) }),
  };
}

/** Upgrades the space manifest of an index or an exported file (role `target` in its prompts). */
export function upgradeSpaceManifest(value: unknown): unknown {
  return isObject(value) ? { ...value, ...upgradedPrompts(value, 'prompts') } : value;
}

/** Upgrades the manifest of an index (`born`, and its space manifest). */
export function upgradeIndexManifest(value: unknown): unknown {
  if (!isObject(value)) return value;
  return { ...renamed(value, 'born', 'incarnation'), space: upgradeSpaceManifest(value.space) };
}

/**
 * Prompts in the form that is fingerprinted: with the key `target`, since the fingerprints of stored indexes and cached traces
 * were computed with it and must not change.
 */
export function fingerprintedPrompts(prompts: ModelDescriptor['prompts']): unknown {
  const { embed, ...others } = prompts;
  return embed ? { ...others, embed: { query: embed.query, target: embed.document } } : prompts;
}

function upgradedPrompts(holder: Json, key: string): Json {
  const prompts = holder[key];
  return isObject(prompts) ? { [key]: renamed(prompts, 'target', 'document') } : {};
}

function upgradeGolden(golden: unknown): unknown {
  if (!isObject(golden) || !isObject(golden.input) || golden.input.role !== 'target') return golden;
  return { ...golden, input: { ...golden.input, role: 'document' } };
}

function renamed(value: Json, from: string, to: string): Json {
  const { [from]: old, ...others } = value;
  return old === undefined || to in others ? value : { ...others, [to]: old };
}

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
