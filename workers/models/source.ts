/** Resolves a model reference to the URL of its files. */
import { invalid, TteError } from '../../src/shared/errors.ts';
import type { PackagedModel } from '../../src/shared/packaged-model.ts';
import type { ModelRef } from '../../src/shared/protocol.ts';
import { COPY_ADVICE } from '../runtime/assets.ts';
import { type DescriptorPart, presets } from './presets.ts';

/** A model that comes with the package. */
export interface BuiltInModel {
  /** Contents of the small files, `tte.json` among them, by path. */
  readonly texts: Readonly<Record<string, string>>;
  /** URLs of the other files, by path. */
  readonly urls: Readonly<Record<string, string>>;
}

export interface Origins {
  /** Null: not such a model, or it is in the folder of `modelsUrl`. */
  builtInModel?(name: string): BuiltInModel | null;
  /** Absolute URL of the folder with the built-in models, ending with '/'. */
  modelsUrl: string;
  /** Absolute URL of the hub's root, or of a mirror's, ending with '/'. */
  hubUrl: string;
}

export interface Source {
  /** Absolute URL of the folder, ending with '/'. */
  url: string;
  /** Used if the folder has no descriptor with an id. */
  id: string;
  /** Set for hub models. */
  hub: { id: string; revision: string } | null;
  /** Descriptor parts of a preset. */
  part: DescriptorPart;
  /** Set for a model that comes with the package, for which nothing else needs to be requested. */
  builtIn: (BuiltInModel & { advice: string }) | null;
}

const hubId = /^[\w.-]+\/[\w.-]+$/;

/** @throws TteError model-not-found: the reference is neither a preset, nor a folder URL, nor a hub id */
export function resolveSource(ref: ModelRef, origins: Origins): Source {
  if (typeof ref !== 'string') return packaged(ref);
  if (/^[a-z][a-z+.-]*:\/\//i.test(ref)) return folder(ref);
  if (ref.includes('/')) return fromHub(ref, origins, {});
  const preset = Object.hasOwn(presets, ref) ? presets[ref] : undefined;
  if (!preset) {
    const known = Object.keys(presets).join(', ');
    throw new TteError(
      'model-not-found',
      `"${ref}" is neither a preset (${known}) nor a folder URL nor a hub id "owner/name"`,
    );
  }
  if ('builtIn' in preset) return builtIn(preset.builtIn, origins);
  return fromHub(preset.hub, origins, preset.part);
}

/** The reasoner of a model that was named for both tasks. */
export function reasonerOf(ref: ModelRef): ModelRef {
  const preset = typeof ref === 'string' && Object.hasOwn(presets, ref) ? presets[ref] : undefined;
  return (preset && 'builtIn' in preset && preset.reasoner) || ref;
}

function builtIn(name: string, origins: Origins): Source {
  const model = origins.builtInModel?.(name);
  if (!model) return folder(new URL(`${name}/`, origins.modelsUrl).href);
  const builtIn = { ...model, advice: COPY_ADVICE };
  return { url: `built-in:${name}`, id: name, hub: null, part: {}, builtIn };
}

const SERVE_ADVICE =
  "It belongs to a package of its own: have the bundler take its files along, or serve them and give their URLs as the model's `urls`";

/** @throws TteError invalid-input */
function packaged({ id, texts, urls }: PackagedModel): Source {
  const isRecord = (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string');
  if (typeof id !== 'string' || !isRecord(texts) || !isRecord(urls) || texts['tte.json'] === undefined) {
    throw invalid(
      "options.model: a model from a package of its own has an `id`, `texts` (with 'tte.json') and `urls`.",
    );
  }
  return { url: `package:${id}`, id, hub: null, part: {}, builtIn: { texts, urls, advice: SERVE_ADVICE } };
}

function folder(url: string): Source {
  const { href, origin, pathname } = new URL(url);
  const base = href.replace(/[?#].*$/, '').replace(/\/*$/, '/'); // a query or hash would end up inside file names
  return {
    url: base,
    id: decodeURIComponent(pathname.split('/').filter(Boolean).at(-1) ?? origin),
    hub: null,
    part: {},
    builtIn: null,
  };
}

function fromHub(ref: string, { hubUrl }: Origins, part: DescriptorPart): Source {
  const at = ref.indexOf('@');
  const id = at < 0 ? ref : ref.slice(0, at);
  const revision = at < 0 ? 'main' : ref.slice(at + 1);
  if (!hubId.test(id) || revision === '') {
    throw new TteError(
      'model-not-found',
      `"${ref}" is not a hub id of the form owner/name or owner/name@revision`,
    );
  }
  return { url: hubFolder(hubUrl, id, revision), id, hub: { id, revision }, part, builtIn: null };
}

/** A revision may be a branch with slashes in its name. */
export function hubFolder(hubUrl: string, id: string, revision: string): string {
  return `${hubUrl}${id}/resolve/${encodeURIComponent(revision)}/`;
}
