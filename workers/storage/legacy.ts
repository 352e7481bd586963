/**
 * Names that stored data and model folders had before they were renamed: what carries them still opens. Everything that reads
 * such data comes through here, so that no other part knows the old names.
 */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';

/** A `tte.json` or a stored descriptor: `licence`, and the role `target`. Anything that is no object stays as it is. */
export function upgradeDescriptor(json: unknown): unknown {
  if (!isObject(json)) return json;
  const { prompts, golden } = json;
  return {
    ...renamed(json, 'licence', 'license'),
    ...(isObject(prompts) && { prompts: { ...prompts, ...upgradedPrompts(prompts, 'embed') } }),
    ...(Array.isArray(golden) && { golden: golden.map(upgradeGolden) }),
  };
}

/** The manifest of a space, as indexes and exported files carry it: the role `target` in its prompts. */
export function upgradeSpaceManifest(value: unknown): unknown {
  return isObject(value) ? { ...value, ...upgradedPrompts(value, 'prompts') } : value;
}

/** An index's manifest: `born`, and the manifest of its space. */
export function upgradeIndexManifest(value: unknown): unknown {
  if (!isObject(value)) return value;
  return { ...renamed(value, 'born', 'incarnation'), space: upgradeSpaceManifest(value.space) };
}

/**
 * Prompts as spaces and cached traces are fingerprinted: with the key `target`, since the fingerprints of stored indexes were made
 * before it was renamed and must not change with a name.
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
