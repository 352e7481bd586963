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

export interface FileInfo {
  bytes: number;
  /** Lower-case hex. Absent: unknown (hub folder without a descriptor). */
  sha256?: string;
}

export interface ThinkPrompt {
  system?: string;
  user: string;
  /** Put at the beginning of the model's turn; belongs to the trace. */
  start?: string;
}

export interface Golden {
  input: { text?: string; image?: string; instruction?: string; trace?: string; role?: Role };
  vector: readonly number[];
  minCosine: number;
}

/** How a trace must begin, on every device: quantised models may differ in their later words. */
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
  embedding?: { dimensions: number; matryoshka?: readonly number[]; pooling: Pooling };
  text: { maxTokens: number; padToMax?: boolean };
  image?: { processor: string; thinkProcessor?: string; token?: string; tokens?: number };
  prompts: {
    embed?: Record<Role, string>;
    think?: {
      chat: boolean;
      answer: ThinkPrompt;
      full: ThinkPrompt;
      maxTokens: { answer: number; full: number };
      /** The longer form that `auto` may choose: `answer` where the final statement alone is as right. Absent: `full`. */
      auto?: 'answer' | 'full';
      /** A JSON file, thing → what it is: a trace `thing : …` about a picture that nothing was asked about goes on with it. */
      glossary?: string;
    };
  };
  /** Weights of text against image and of trace against query, for encoders that cannot read them in one pass. */
  fusion?: { text: number; image: number; trace: number };
  golden?: readonly Golden[];
  goldenTraces?: readonly GoldenTrace[];
  scores?: Record<string, number>;
}
