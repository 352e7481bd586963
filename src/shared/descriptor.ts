/** `tte.json`, the model folder's descriptor (docs/model-folders.md). */
import type { Dtype, Role } from './types.ts';

export type Architecture =
  | 'text-encoder'
  | 'dual-encoder'
  | 'multimodal-encoder'
  | 'causal-lm'
  | 'vision-lm'
  | 'unified-lm';

export type Pooling = 'mean' | 'cls' | 'last' | 'none';

/** Paths are relative to the model folder. */
export interface SessionFile {
  path: string;
  /** External data files the graph names. */
  data?: readonly string[];
}

/** Sessions that an input with an image needs, and no other. */
export const FOR_IMAGES: readonly string[] = ['vision_encoder', 'vision_model', 'photo_head'];
/** Sessions that are downloaded only when an input needs them: a model loads without. */
export const ON_DEMAND: readonly string[] = [
  ...FOR_IMAGES,
  'object_detector',
  'print_detector',
  'print_recognizer',
];

export interface FileInfo {
  bytes: number;
  /** Lower-case hex. Absent if unknown (a hub folder without a descriptor). */
  sha256?: string;
  /** The file lies compressed beside its path, at `path + '.gz'`: what is fetched. */
  gzip?: Packed;
}

export interface Packed {
  bytes: number;
  sha256: string;
  /**
   * Path of another file of the folder, at least as long. What is compressed is the difference from it: each byte less that at the same
   * place, modulo 256.
   */
  base?: string;
}

export interface ThinkPrompt {
  system?: string;
  user: string;
  /** Prefix of the model's answer; part of the trace. */
  start?: string;
}

export interface Golden {
  input: { text?: string; image?: string; instruction?: string; trace?: string; role?: Role };
  vector: readonly number[];
  minCosine: number;
}

/** How a trace must begin on every device. Later words may differ between devices for quantised models. */
export interface GoldenTrace {
  input: { text: string; instruction?: string };
  mode: 'answer' | 'full';
  startsWith: string;
}

export interface ModelDescriptor {
  format: 1;
  id: string;
  revision: string;
  kind: 'unified' | 'reasoner' | 'embedder';
  architecture: Architecture;
  license: string;
  source: string;
  sessions: Record<string, Partial<Record<Dtype, SessionFile>>>;
  files: Record<string, FileInfo>;
  embedding?: {
    dimensions: number;
    matryoshka?: readonly number[];
    pooling: Pooling;
    /** Folders of `Dense` modules (sentence-transformers) that the pooled vector goes through, unless the graph has done so. */
    dense?: readonly string[];
  };
  text: { maxTokens: number; padToMax?: boolean };
  image?: { processor: string; thinkProcessor?: string; token?: string; tokens?: number };
  prompts: {
    embed?: Record<Role, string>;
    think?: {
      chat: boolean;
      answer: ThinkPrompt;
      full: ThinkPrompt;
      maxTokens: { answer: number; full: number };
      /** The longest form that `auto` may choose: `answer` if the final statement alone is as accurate. @default 'full' */
      auto?: 'answer' | 'full';
      /** A JSON file that maps names to definitions; they extend traces `name : …` about an image without a question. */
      glossary?: string;
      /** A JSON file with the names of the session `object_detector`, and how a trace lists what it finds in a photograph. */
      objects?: string;
      /** A JSON file with the alphabet of the session `print_recognizer`, and when `print_detector` takes something for print. */
      print?: string;
    };
  };
  /**
   * Fusion weights of text versus image and trace versus query, for encoders that cannot read both in one pass. Of a unified model
   * `trace` alone counts, and only for a query that is a photograph without words which `auto` thought about: how much of its vector
   * is that with the trace, beside that without one. @default 1 there
   */
  fusion?: { text?: number; image?: number; trace?: number };
  golden?: readonly Golden[];
  goldenTraces?: readonly GoldenTrace[];
  scores?: Record<string, number>;
}
