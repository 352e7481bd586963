/** Stands in for the origins that examples of the documentation name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Route } from '@playwright/test';
import { root } from '../../scripts/paths.ts';

/** Origins that examples name, or that what they use (transformers.js) fetches from. */
export const NAMED = /^https:\/\/(?:huggingface\.co|cdn\.jsdelivr\.net|models\.example)\//;

const MODELS = join(root, 'e2e/fixtures/models');
/** Fixtures under the names that examples give to hub repositories. */
const REPOSITORIES: Readonly<Record<string, string>> = {
  'owner/name': 'tiny-bert-cls',
  'owner/other': 'tiny-smolvlm',
};

export async function serveOtherOrigins(context: BrowserContext): Promise<void> {
  await context.route('https://huggingface.co/**', (route) => {
    const [, id = '', path = ''] =
      /\.co\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(route.request().url()) ?? [];
    const folder = REPOSITORIES[id];
    // The fixtures have one format, which stands for every other.
    const file = path.replace(/_(?:quantized|q4)(?=\.onnx$)/, '');
    return answer(route, folder && join(MODELS, folder, file));
  });
  await context.route('https://cdn.jsdelivr.net/npm/onnxruntime-web@*/dist/*', (route) =>
    answer(
      route,
      join(
        root,
        'node_modules/onnxruntime-web/dist',
        new URL(route.request().url()).pathname.split('/').at(-1) ?? '',
      ),
    ),
  );
  await context.route('https://models.example/mine/**', (route) =>
    answer(
      route,
      join(MODELS, 'tiny-bert-mean', new URL(route.request().url()).pathname.slice('/mine/'.length)),
    ),
  );
  await context.route('**/tokens/*', (route) => route.fulfill({ body: 'a token' }));
  await context.route('**/embed', (route) => {
    const { texts } = route.request().postDataJSON() as { texts: string[] };
    return route.fulfill({ json: { vectors: texts.map((text) => [text.length, 1, 2]) } });
  });
}

const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };

function answer(route: Route, file: string | undefined): Promise<void> {
  if (file && existsSync(file)) return route.fulfill({ path: file, headers: CORS });
  return route.fulfill({ status: 404, headers: CORS });
}
