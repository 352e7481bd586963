/**
 * The OpenAI embeddings API, answered inside the page: as a client of the same shape, and as a `fetch` for the real
 * OpenAI SDK. No request leaves the page.
 */
import type { Embedder, EmbedManyOptions } from '../client/types.ts';
import { isTteError, TteError } from '../shared/errors.ts';

export interface CreateEmbeddingParams {
  /** One text or several; arrays of token numbers are refused, since each model has its own tokens. */
  input: string | readonly string[];
  /** Returned in the response, but otherwise ignored: the embedder is already loaded. @default the embedder's id */
  model?: string;
  dimensions?: number;
  /** `base64`: little-endian float32. @default 'float' */
  encoding_format?: 'float' | 'base64';
}

export interface CreateEmbeddingResponse {
  object: 'list';
  data: { object: 'embedding'; index: number; embedding: number[] | string }[];
  model: string;
  usage: { prompt_tokens: number; total_tokens: number };
}

export interface OpenAiClient {
  embeddings: {
    create(
      params: CreateEmbeddingParams,
      options?: { signal?: AbortSignal },
    ): Promise<CreateEmbeddingResponse>;
  };
}

/** Options that the OpenAI API does not have. */
export type OpenAiSettings = Pick<EmbedManyOptions, 'role' | 'think'>;

/**
 * @example
 * const client = openAiClient(await createEmbedder(), { role: 'document' });
 * const { data } = await client.embeddings.create({ input: ['a', 'b'] });
 */
export function openAiClient(embedder: Embedder, settings: OpenAiSettings = {}): OpenAiClient {
  return {
    embeddings: {
      async create({ input, model, dimensions, encoding_format = 'float' }, { signal } = {}) {
        const texts = typeof input === 'string' ? [input] : input;
        if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string')) {
          throw new TteError('invalid-input', 'input: must be a text or an array of texts.');
        }
        const options = { ...settings, ...(dimensions && { dimensions }), ...(signal && { signal }) };
        const results = await embedder.embedMany(texts, options);
        const tokens = results.reduce((sum, { usage }) => sum + usage.inputTokens, 0);
        return {
          object: 'list',
          data: results.map(({ vector }, index) => ({
            object: 'embedding',
            index,
            embedding: encoding_format === 'base64' ? base64(vector) : Array.from(vector),
          })),
          model: model ?? embedder.info.embedder.id,
          usage: { prompt_tokens: tokens, total_tokens: tokens },
        };
      },
    },
  };
}

/**
 * A `fetch` that answers `POST …/embeddings` and `GET …/models` from the embedder and refuses everything else.
 *
 * @example
 * import OpenAI from 'openai';
 * const client = new OpenAI({ apiKey: 'none', dangerouslyAllowBrowser: true, fetch: openAiFetch(embedder) });
 * await client.embeddings.create({ model: 'pico', input: 'a red bicycle' });
 */
export function openAiFetch(
  embedder: Embedder,
  settings: OpenAiSettings = {},
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  const client = openAiClient(embedder, settings);
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (request.method === 'POST' && pathname.endsWith('/embeddings')) {
      try {
        const params = (await request.json()) as CreateEmbeddingParams;
        return Response.json(await client.embeddings.create(params, { signal: request.signal }));
      } catch (error) {
        if (isTteError(error, 'aborted')) throw error;
        return refusal(isTteError(error, 'invalid-input') ? 400 : 500, error as Error);
      }
    }
    if (request.method === 'GET' && pathname.endsWith('/models')) {
      const { id } = embedder.info.embedder;
      return Response.json({ object: 'list', data: [{ id, object: 'model', created: 0, owned_by: 'page' }] });
    }
    return refusal(
      404,
      new Error(`${request.method} ${pathname}: this client answers embeddings and models only.`),
    );
  };
}

function refusal(status: number, error: Error): Response {
  const code = isTteError(error) ? error.code : null;
  return Response.json(
    { error: { message: error.message, type: 'invalid_request_error', code } },
    { status },
  );
}

function base64(vector: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  vector.forEach((value, i) => void view.setFloat32(4 * i, value, true));
  let bytes = '';
  for (let i = 0; i < view.byteLength; i++) bytes += String.fromCharCode(view.getUint8(i));
  return btoa(bytes);
}
