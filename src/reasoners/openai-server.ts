/** A server with OpenAI's chat completions API as the reasoner, e.g. one on this computer. Inputs leave the page. */
import type { ReasonerFunction, ReasonerInput } from '../client/types.ts';
import { abortedError, isTteError, TteError } from '../shared/errors.ts';
import { systemText, userText } from './instructions.ts';
import { eventData } from './server-sent-events.ts';

export interface OpenAiServerOptions {
  /** Base URL including the version, e.g. `'http://localhost:11434/v1'`. The server must allow the page's origin (CORS). */
  baseUrl: string;
  /** The model's name on that server. */
  model: string;
  /** Sent as a bearer token. Never ship a key in a public page. */
  apiKey?: string;
  /** Maximum tokens of the trace. @default { answer: 64, full: 256 } */
  maxTokens?: { answer?: number; full?: number };
}

/**
 * A reasoner that **sends texts and images to the given server**, out of the page (`leavesThePage` is true). It is never used
 * unless you pass it.
 *
 * @throws (from the function) TteError reasoner-failed: the server is unreachable or answered with an error | aborted
 * @example
 * const reasoner = openAiServer({ baseUrl: 'http://localhost:11434/v1', model: 'qwen2.5vl:3b' });
 * const tte = await createEmbedder({ model: { embedder: 'pico', reasoner } });
 */
export function openAiServer(
  options: OpenAiServerOptions,
): ReasonerFunction & { readonly leavesThePage: true } {
  const { baseUrl, model, apiKey, maxTokens = {} } = options;
  const url = `${baseUrl.replace(/\/+$/, '')}/chat/completions`;
  const limits = { answer: 64, full: 256, ...maxTokens };
  const reason: ReasonerFunction = async (input, { signal, onToken, mode }) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({
          model,
          stream: true,
          temperature: 0,
          max_tokens: limits[mode],
          messages: [
            { role: 'system', content: systemText(mode, input) },
            { role: 'user', content: await content(input, signal) },
          ],
        }),
        signal,
      });
      if (!response.ok || response.body === null) throw await refused(response, url);
      return await read(response.body, onToken);
    } catch (cause) {
      if (isTteError(cause)) throw cause;
      if (signal.aborted) throw abortedError(signal);
      throw new TteError(
        'reasoner-failed',
        `${url} cannot be reached, or its answer cannot be read: ${cause}`,
        {
          cause,
        },
      );
    }
  };
  return Object.assign(reason, { id: `openai-server:${url}#${model}`, leavesThePage: true as const });
}

async function refused(response: Response, url: string): Promise<TteError> {
  const body = (await response.text()).slice(0, 300);
  return new TteError('reasoner-failed', `${url} answered ${response.status}: ${body}`);
}

async function content(input: ReasonerInput, signal: AbortSignal) {
  const pictures = input.images.map(async (image) => {
    const url = await dataUrl(image, signal);
    return { type: 'image_url', image_url: { url } };
  });
  return [...(await Promise.all(pictures)), { type: 'text', text: userText(input) }];
}

async function dataUrl(image: Blob | ImageBitmap | string, signal: AbortSignal): Promise<string> {
  if (typeof image === 'string' && image.startsWith('data:')) return image;
  const blob = await asBlob(image, signal);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return `data:${blob.type || 'image/jpeg'};base64,${btoa(binary)}`;
}

async function asBlob(image: Blob | ImageBitmap | string, signal: AbortSignal): Promise<Blob> {
  if (typeof image === 'string') return (await fetch(image, { signal })).blob();
  if ('size' in image) return image; // a Blob, also of an iframe
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

async function read(body: ReadableStream<Uint8Array>, onToken: (delta: string) => void): Promise<string> {
  let text = '';
  for await (const data of eventData(body)) {
    if (data === '[DONE]') break;
    const { error, choices } = JSON.parse(data) as {
      error?: { message?: string } | string | null;
      choices?: { delta?: { content?: string | null } }[];
    };
    if (error) {
      const message = typeof error === 'string' ? error : (error.message ?? data);
      throw new TteError('reasoner-failed', `The server failed: ${message}`);
    }
    const delta = choices?.[0]?.delta?.content;
    if (delta) {
      text += delta;
      onToken(delta);
    }
  }
  return text;
}
