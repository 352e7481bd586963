/**
 * Derives a descriptor for a folder without one from the usual files of hub folders. What they do not contain (prompts, fusion
 * weights, golden vectors) is left out, since embedders and reasoners have defaults.
 */
import type { Architecture, FileInfo, ModelDescriptor, SessionFile } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import type { Dtype } from '../../src/shared/types.ts';
import { dtypes } from './descriptor.ts';
import { suffixes } from './dtype.ts';
import { architectureOf, dimensionsOf, imageTokenOf, type JsonObject, maxTokensOf } from './families.ts';
import { readSentenceModules } from './sentence-modules.ts';

export interface FolderView {
  id: string;
  /** Its URL, for messages. */
  base: string;
  /** A commit, or null if unknown: the revision is then a fingerprint of the folder. */
  revision: string | null;
  license: string | null;
  /** Parsed JSON, or null if there is no such file. */
  json(path: string): Promise<JsonObject | null>;
  /** Size (and hash) of a file, or null if it does not exist. */
  find(path: string): Promise<FileInfo | null>;
  /** Short hash for fingerprints. */
  digest(text: string): Promise<string>;
  /** All files with their known properties; empty if they are not listed. */
  files: Readonly<Record<string, FileInfo>>;
}

/** Increase it whenever the same folder yields a different descriptor than before. 2: poolings and modules other than the mean. */
export const DERIVATION = 2;

/** Sets of sessions per architecture, by preference; the first complete set is used. */
const sessionSets: Readonly<Record<Exclude<Architecture, 'unified-lm'>, readonly (readonly string[])[]>> = {
  'text-encoder': [['model']],
  'dual-encoder': [['text_model', 'vision_model']],
  'multimodal-encoder': [['model', 'vision_encoder'], ['model']],
  'causal-lm': [['model'], ['decoder_model_merged']],
  'vision-lm': [['embed_tokens', 'vision_encoder', 'decoder_model_merged']],
};

/** @throws TteError model-not-found (no config.json, no graphs) | unsupported (an architecture that is not supported) */
export async function deriveDescriptor(view: FolderView): Promise<ModelDescriptor> {
  const config = await view.json('config.json');
  if (!config)
    throw new TteError(
      'model-not-found',
      `${view.id} is not a model folder: ${view.base} has neither tte.json nor config.json (an HTML page in their place, such as a host's ` +
        "fallback or a network's sign-in page, does not count). Copy the whole folder of the model to where this URL is served",
    );
  const [modules, sentence, tokenizer, preprocessor] = await Promise.all([
    readSentenceModules(view),
    view.json('sentence_bert_config.json'),
    view.json('tokenizer_config.json'),
    view.json('preprocessor_config.json'),
  ]);
  const architecture = architectureOf(config, modules.pools);
  if (!architecture) {
    const type = String(config.model_type);
    throw new TteError(
      'unsupported',
      `${view.id} is of model_type "${type}", which is not a supported embedder or reasoner`,
    );
  }
  const { sessions, files: graphs } = await findSessions(view, architecture, config);
  const dense = architecture === 'text-encoder' ? modules.dense : [];
  const files = { ...graphs, ...(await findDense(view, dense)) };
  const isEmbedder = architecture !== 'causal-lm' && architecture !== 'vision-lm';
  const supportsImages = architecture === 'dual-encoder' || 'vision_encoder' in sessions;
  const revision =
    view.revision ??
    (await fingerprint(view, [config, tokenizer, await view.json('1_Pooling/config.json'), files]));
  const token = imageTokenOf(config, tokenizer);
  return {
    format: 1,
    id: view.id,
    revision,
    kind: isEmbedder ? 'embedder' : 'reasoner',
    architecture,
    license: view.license ?? 'unknown',
    source: 'derived from the folder: no tte.json',
    sessions,
    files: { ...view.files, ...files },
    text: maxTokensOf(config, tokenizer, sentence),
    prompts: {},
    ...(isEmbedder && {
      embedding: {
        dimensions: (await outputsOf(view, dense)) ?? dimensionsOf(config),
        pooling: architecture === 'text-encoder' ? modules.pooling : ('none' as const),
        ...(dense.length > 0 && { dense }),
      },
    }),
    ...(supportsImages && {
      image: {
        processor: preprocessor ? 'preprocessor_config' : 'processor_config',
        ...(architecture !== 'dual-encoder' && { token }),
      },
    }),
  };
}

/** Weights of modules after the pooling. @throws TteError unsupported if they are in another format */
async function findDense(view: FolderView, folders: readonly string[]): Promise<Record<string, FileInfo>> {
  const files: Record<string, FileInfo> = {};
  for (const folder of folders) {
    const path = `${folder}/model.safetensors`;
    const found = await view.find(path);
    if (!found) {
      throw new TteError(
        'unsupported',
        `${view.id}: the weights of its module ${folder} are missing: ${path}`,
      );
    }
    files[path] = found;
  }
  return files;
}

/** Output dimensions of the last of these modules; null without any. */
async function outputsOf(view: FolderView, folders: readonly string[]): Promise<number | null> {
  const last = folders.at(-1);
  const outputs = last === undefined ? null : (await view.json(`${last}/config.json`))?.out_features;
  return typeof outputs === 'number' ? outputs : null;
}

type Sessions = Record<string, Partial<Record<Dtype, SessionFile>>>;

async function findSessions(view: FolderView, architecture: Architecture, config: JsonObject) {
  const sets = architecture === 'unified-lm' ? [] : sessionSets[architecture];
  const files: Record<string, FileInfo> = {};
  for (const names of sets) {
    const sessions: Sessions = {};
    for (const name of names) {
      const byDtype: Partial<Record<Dtype, SessionFile>> = {};
      const found = await Promise.all(
        dtypes.map(
          async (dtype) =>
            [dtype, await findGraph(view, `${name}${suffixes[dtype]}.onnx`, name, config)] as const,
        ),
      );
      for (const [dtype, graph] of found) {
        if (!graph) continue;
        byDtype[dtype] = graph.file;
        Object.assign(files, graph.files);
      }
      if (Object.keys(byDtype).length > 0) sessions[name] = byDtype;
    }
    if (names.every((name) => sessions[name])) return { sessions, files };
  }
  const wanted = sets.map((names) => names.join(', ')).join('; or ');
  throw new TteError('model-not-found', `${view.id} has no ONNX files for ${wanted} in onnx/`);
}

/** One graph with its external data; null if any part is missing, since loading it would hang. */
async function findGraph(view: FolderView, name: string, session: string, config: JsonObject) {
  const path = `onnx/${name}`;
  const info = await view.find(path);
  if (!info) return null;
  const data = externalData(config, name, session).map((part) => `onnx/${part}`);
  const parts = await Promise.all(data.map(async (part) => [part, await view.find(part)] as const));
  const files: Record<string, FileInfo> = { [path]: info };
  for (const [part, found] of parts) {
    if (!found) return null;
    files[part] = found;
  }
  const file: SessionFile = data.length > 0 ? { path, data } : { path };
  return { file, files };
}

/** Names of a graph's external data files, as hub folders declare them in config.json for transformers.js. */
function externalData(config: JsonObject, name: string, session: string): string[] {
  const custom = config['transformers.js_config'];
  const declared =
    custom && typeof custom === 'object' ? (custom as JsonObject).use_external_data_format : undefined;
  const byName = declared && typeof declared === 'object' ? (declared as JsonObject) : null;
  const count = Number(byName ? (byName[name] ?? byName[session] ?? 0) : (declared ?? 0));
  return Array.from({ length: count }, (_, index) => `${name}_data${index === 0 ? '' : `_${index}`}`);
}

async function fingerprint(view: FolderView, parts: unknown[]): Promise<string> {
  return `derived-${(await view.digest(JSON.stringify(parts))).slice(0, 12)}`;
}
