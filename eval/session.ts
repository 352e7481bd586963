/** Controls a browser page that embeds inputs on behalf of Node. */
import { chromium } from '@playwright/test';
import { chromiumArgs, needChromium } from '../scripts/browsers/chromium.ts';
import { startServer } from '../scripts/server/server.ts';
import type { EmbedderInfo, EmbedderOptions } from '../src/index.ts';
import type {
  Answer,
  AskOptions,
  Found,
  FoundItems,
  PageAsk,
  PageSearch,
  SearchOptions,
} from './page/page.ts';
import type { Drawing } from './pictures.ts';

export type Embedded = Omit<Answer, 'vector'> & { vector: Float32Array };

export interface Session {
  /** Sets the pictures that later inputs refer to. */
  show(drawing: Drawing): Promise<void>;
  /** Replaces the embedder: there is one at a time. */
  open(options: Pick<EmbedderOptions, 'model' | 'device' | 'cache' | 'threads'>): Promise<EmbedderInfo>;
  /** Embeds one by one, with a time for each. */
  embed(asks: readonly PageAsk[], options: AskOptions): Promise<Embedded[]>;
  /** Embeds in batches, with one time for all. */
  embedMany(asks: readonly PageAsk[], options: AskOptions): Promise<Embedded[]>;
  /** Opens a new index and adds all. @returns how many could not be embedded */
  fillIndex(asks: readonly PageAsk[], think: AskOptions['think']): Promise<number>;
  /** Searches it, one question after another. */
  searchIndex(questions: readonly string[], options: SearchOptions): Promise<Found[]>;
  dropIndex(): Promise<void>;
  search(search: PageSearch): Promise<FoundItems[]>;
  close(): Promise<void>;
  end(): Promise<void>;
}

/** @param folders additional folders to serve, by URL path */
export async function startSession(folders: Readonly<Record<string, string>>): Promise<Session> {
  const server = await startServer({ folders });
  const browser = await chromium.launch({ executablePath: needChromium(), args: [...chromiumArgs] });
  const end = async () => {
    await browser.close();
    await server.close();
  };
  try {
    const page = await browser.newPage({ baseURL: server.origin });
    page.on('pageerror', (error) => console.error(`page: ${error.stack}`));
    await page.goto('/eval/page.html');
    return {
      show: (drawing) => page.evaluate((drawing) => window.evaluation.show(drawing), drawing),
      open: (options) => page.evaluate((options) => window.evaluation.open(options), options),
      async embed(asks, options) {
        const answers = await page.evaluate(([asks, options]) => window.evaluation.embed(asks, options), [
          asks,
          options,
        ] as const);
        return answers.map(decoded);
      },
      async embedMany(asks, options) {
        const answers = await page.evaluate(([asks, options]) => window.evaluation.embedMany(asks, options), [
          asks,
          options,
        ] as const);
        return answers.map(decoded);
      },
      fillIndex: (asks, think) =>
        page.evaluate(([asks, think]) => window.evaluation.fillIndex(asks, think), [asks, think] as const),
      searchIndex: (questions, options) =>
        page.evaluate(([questions, options]) => window.evaluation.searchIndex(questions, options), [
          questions,
          options,
        ] as const),
      dropIndex: () => page.evaluate(() => window.evaluation.dropIndex()),
      async search(search) {
        const found = await page.evaluate((json) => window.evaluation.search(json), JSON.stringify(search));
        return JSON.parse(found) as FoundItems[];
      },
      close: () => page.evaluate(() => window.evaluation.close()),
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

function decoded(answer: Answer): Embedded {
  const bytes = Uint8Array.from(Buffer.from(answer.vector, 'base64'));
  return { ...answer, vector: new Float32Array(bytes.buffer) };
}
