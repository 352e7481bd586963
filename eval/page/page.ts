/** The evaluation's page: embeds what it is asked to, through the public API, as an application would. */
import type {
  Embedder,
  EmbedderIndex,
  EmbedderInfo,
  EmbedderOptions,
  Embedding,
  EmbedInput,
  Metadata,
  Understood,
} from '../../src/index.ts';
import type { Ask } from '../family.ts';
import type { Drawing } from '../pictures.ts';
import { createDrawer, type Drawer } from './draw.ts';

export interface AskOptions {
  think: 'never' | 'answer' | 'full' | 'auto';
  role: 'query' | 'document';
}

/** `trace`: to be used instead of thinking. */
export type PageAsk = Omit<Ask, 'teacher'> & { trace?: string };

export interface Answer {
  /** Little-endian floats, base64. */
  vector: string;
  trace: string | null;
  tokens: number;
  /** From call to vector; a trace that was remembered counts with the time it once took. */
  ms: number;
  /** Of these, what came after the trace. */
  encodeMs: number;
}

export interface SearchOptions {
  think: AskOptions['think'];
  words: boolean;
}

/** The answer to a question of an index. */
export interface Found {
  /** Positions of the documents, best first. */
  documents: number[];
  /** Those of the first stage, for the question taken apart but not thought about; the same where there is no second. */
  quick: { documents: number[]; ms: number };
  /** Of the question's trace. */
  tokens: number;
  ms: number;
}

/** A query of an index, and the items that are right. */
export interface PageSearch {
  items: readonly { id: string; text: string; metadata: Metadata }[];
  questions: readonly string[];
  think: 'never' | 'auto';
}

export interface FoundItems {
  /** Best first. */
  ids: readonly string[];
  understood: Understood | null;
  ms: number;
}

declare global {
  interface Window {
    evaluation: {
      show(drawing: Drawing): void;
      open(options: EmbedderOptions): Promise<EmbedderInfo>;
      /** One by one. */
      embed(asks: readonly PageAsk[], options: AskOptions): Promise<Answer[]>;
      /** In batches; `ms` are of all, divided. */
      embedMany(asks: readonly PageAsk[], options: AskOptions): Promise<Answer[]>;
      fillIndex(asks: readonly PageAsk[], think: AskOptions['think']): Promise<number>;
      searchIndex(questions: readonly string[], options: SearchOptions): Promise<Found[]>;
      dropIndex(): Promise<void>;
      /**
       * Each question by itself, over the items: a `PageSearch` to a list of `FoundItems`, both as JSON, since Playwright's types do not end
       * on recursive ones.
       */
      search(json: string): Promise<string>;
      close(): Promise<void>;
    };
  }
}

let drawer: Drawer;
let embedder: Embedder;
let index: EmbedderIndex;
const INDEX = 'evaluation';
/** What thinking about an input took when its trace was written. */
const thinkMs = new Map<string, number>();

window.evaluation = {
  show(drawing) {
    drawer = createDrawer(drawing);
  },

  async open(options) {
    const url = '/dist/index.js';
    const { createEmbedder } = (await import(/* @vite-ignore */ url)) as typeof import('../../src/index.ts');
    embedder = await createEmbedder({ modelsUrl: '/models/', ...options });
    return embedder.info;
  },

  async embed(asks, options) {
    const answers: Answer[] = [];
    for (const ask of asks) {
      const input = await inputOf(ask);
      const began = performance.now();
      const embedding = await embedder.embed(input, options);
      const ms = performance.now() - began;
      const key = JSON.stringify([ask, embedding.thinkDecision.mode]);
      if (embedding.cached === false) thinkMs.set(key, embedding.usage.ms.think);
      const remembered = embedding.cached === 'trace' ? (thinkMs.get(key) ?? 0) : 0;
      answers.push(answer(embedding, ms + remembered));
    }
    return answers;
  },

  async embedMany(asks, options) {
    if (asks.length === 0) return [];
    const inputs = await Promise.all(asks.map(inputOf));
    const began = performance.now();
    const embeddings = await embedder.embedMany(inputs, { ...options });
    const ms = (performance.now() - began) / asks.length;
    return embeddings.map((embedding) => answer(embedding, ms));
  },

  async fillIndex(asks, think) {
    await embedder.deleteIndex(INDEX); // of a run that was stopped
    index = await embedder.openIndex(INDEX, { think, thumbnails: 0 });
    const inputs = await Promise.all(asks.map(inputOf));
    const { failed } = await index.add(inputs.map((input, at) => ({ ...input, id: `${at}` })));
    return failed.length;
  },

  async searchIndex(questions, { think, words }) {
    const found: Found[] = [];
    for (const text of questions) {
      const began = performance.now();
      let quick: Found['quick'] | undefined;
      for await (const { hits, trace, final } of index.search({ text }, { think, hybrid: words })) {
        const stage = { documents: hits.map(({ id }) => Number(id)), ms: performance.now() - began };
        quick ??= stage;
        if (final) found.push({ ...stage, quick, tokens: trace?.tokens ?? 0 });
      }
    }
    return found;
  },

  async dropIndex() {
    await index.close();
    await embedder.deleteIndex(INDEX);
  },

  async search(json) {
    const { items, questions, think } = JSON.parse(json) as PageSearch;
    await embedder.deleteIndex(INDEX);
    const index = await embedder.openIndex(INDEX, { thumbnails: 0 });
    await index.add(items);
    const found: FoundItems[] = [];
    for (const text of questions) {
      const began = performance.now();
      const { hits, understood } = await index.search({ text }, { think, locale: 'en-GB' });
      found.push({ ids: hits.map(({ id }) => id), understood, ms: performance.now() - began });
    }
    await index.close();
    return JSON.stringify(found);
  },

  close: () => embedder.dispose(),
};

async function inputOf({ image, frames, pages, ...words }: PageAsk): Promise<EmbedInput> {
  const draw = (keys: readonly string[]) => Promise.all(keys.map((key) => drawer.draw(key)));
  return {
    ...words,
    ...(image && { image: await drawer.draw(image) }),
    ...(frames && { frames: await draw(frames) }),
    ...(pages && { pages: await draw(pages) }),
  };
}

function answer({ vector, trace, usage }: Embedding, ms: number): Answer {
  const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return {
    vector: btoa(binary),
    trace: trace?.text ?? null,
    tokens: trace?.tokens ?? 0,
    ms,
    encodeMs: usage.ms.encode,
  };
}
