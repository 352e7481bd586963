import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openAiServer } from './openai-server.ts';

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void;

let close = () => {};
afterEach(() => close());

/** A real server; resolves to its base URL. */
async function serve(handler: Handler): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    handler(request, body, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`;
}

const delta = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const input = { images: [], text: 'a cat', instruction: 'Find its colour.' };
const listen = () => {
  const deltas: string[] = [];
  return { deltas, onToken: (text: string) => void deltas.push(text) };
};

test('requests a stream with instruction, text and pictures, and reads it however it is split', async () => {
  let asked: IncomingMessage | undefined;
  let body = '';
  const baseUrl = await serve((request, received, response) => {
    asked = request;
    body = received;
    const bytes = new TextEncoder().encode(
      `: hello\r\n\r\n${delta('<think>é')}data: {"choices":\ndata: [{"delta":{"content":"</think>"}}]}\n\n${delta('grün')}data: [DONE]\n\n`,
    );
    let i = 0;
    const next = () => {
      if (i === bytes.length) response.end();
      else response.write(bytes.subarray(i, ++i), next);
    };
    next();
  });
  const reason = openAiServer({ baseUrl, model: 'm', apiKey: 'key', maxTokens: { full: 9 } });
  const { deltas, onToken } = listen();
  const image = new Blob([new Uint8Array([1, 2, 3])], { type: 'image/png' });
  const signal = new AbortController().signal;
  const trace = await reason({ ...input, images: [image] }, { signal, onToken, mode: 'full' });
  expect(trace).toBe('<think>é</think>grün');
  expect(deltas.join('')).toBe(trace);
  expect(asked).toMatchObject({ method: 'POST', url: '/v1/chat/completions' });
  expect(asked?.headers.authorization).toBe('Bearer key');
  const request = JSON.parse(body);
  expect(request).toMatchObject({ model: 'm', stream: true, max_tokens: 9 });
  expect(request.messages[0].content).toContain('<think>');
  expect(request.messages[1].content).toEqual([
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } },
    { type: 'text', text: 'Instruction: Find its colour.\nInput: a cat' },
  ]);
});

test('reports that inputs leave the page, and has an id made of server and model', () => {
  const reason = openAiServer({ baseUrl: 'http://localhost:1/v1', model: 'm' });
  expect(reason.leavesThePage).toBe(true);
  expect(reason.id).toBe('openai-server:http://localhost:1/v1/chat/completions#m');
});

test.each<[string, Handler, RegExp]>([
  [
    'a status',
    (_, __, response) => response.writeHead(404).end('no such model'),
    /answered 404: no such model/,
  ],
  [
    'an error in the stream',
    (_, __, response) => response.end('data: {"error":{"message":"oom"}}\n\n'),
    /oom/,
  ],
  ['something else', (_, __, response) => response.end('data: <html>\n\n'), /cannot be read/],
  ['nothing', (request) => request.socket.destroy(), /cannot be reached/],
])('%s is reasoner-failed and says why', async (_, handler, message) => {
  const reason = openAiServer({ baseUrl: await serve(handler), model: 'm' });
  const call = reason(input, { signal: new AbortController().signal, onToken() {}, mode: 'answer' });
  await expect(call).rejects.toMatchObject({
    code: 'reasoner-failed',
    message: expect.stringMatching(message),
  });
});

test('abort closes the connection', async () => {
  let closed = false;
  const baseUrl = await serve((_, __, response) => {
    response.write(delta('a'));
    response.on('close', () => {
      closed = true;
    });
  });
  const controller = new AbortController();
  const onToken = () => controller.abort('enough');
  const call = openAiServer({ baseUrl, model: 'm' })(input, {
    signal: controller.signal,
    onToken,
    mode: 'answer',
  });
  await expect(call).rejects.toMatchObject({ code: 'aborted', name: 'AbortError' });
  await expect.poll(() => closed).toBe(true);
});

test('ignores an error that is null, and reports one that is a string', async () => {
  const send = (...data: object[]) =>
    serve((_, __, response) => response.end(data.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('')));
  const { onToken } = listen();
  const options = { signal: new AbortController().signal, onToken, mode: 'answer' as const };
  const said = { error: null, choices: [{ delta: { content: 'grey' } }] };
  expect(await openAiServer({ baseUrl: await send(said), model: 'm' })(input, options)).toBe('grey');
  close();
  const failing = openAiServer({ baseUrl: await send({ error: 'out of memory' }), model: 'm' });
  await expect(failing(input, options)).rejects.toMatchObject({
    code: 'reasoner-failed',
    message: expect.stringContaining('out of memory'),
  });
});
