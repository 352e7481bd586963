/** Finds out why a worker's script cannot be used, by fetching it where it does not load, because browsers do not report the reason. */
import { VERSION } from '../shared/version.ts';

const COPY =
  'Copy node_modules/think-then-embed/dist to a folder that is served, and give its URL as the option `assetsUrl` (or that of ' +
  'dist/worker/host.js as `workerUrl`) of createEmbedder.';

/** @param forbidden the directive of the page's policy that blocked the worker, if any */
export async function explainScript(url: string, forbidden: string | null): Promise<string> {
  const advice = await adviceOn(url);
  const policy = forbidden
    ? ` The page's Content-Security-Policy (${forbidden}) is in the way: allow the script's origin there, and blob: if that is another origin.`
    : '';
  return `${url} did not load: ${advice}${policy}`;
}

/** @param version of a script that did load */
export function explainVersion(url: string, version: string): string {
  return (
    `${url} is of version ${version}, and the package in this page of ${VERSION}. Either a copy of node_modules/think-then-embed/dist was ` +
    'not copied again after the update, or a cache (of a service worker, or of HTTP) still answers with the old script.'
  );
}

async function adviceOn(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    return `it cannot be fetched either (${error}); from another origin, that one must allow it (CORS). ${COPY}`;
  }
  const type = response.headers.get('Content-Type') ?? '';
  const text = await response.text().catch(() => '');
  if (!response.ok) return `its server answers ${response.status}. ${vite(url)}${COPY}`;
  if (/^\s*<(!doctype|html)/i.test(text)) {
    return `its server answers with a page of HTML, so the file is not there. ${vite(url)}${COPY}`;
  }
  if (!/javascript|ecmascript/i.test(type)) {
    return `its server sends it as "${type}". Scripts must be sent as "text/javascript".`;
  }
  if (self.origin === 'null') {
    return 'this page or frame is sandboxed and has no origin, without which browsers start no such worker: add allow-same-origin to its sandbox.';
  }
  const policy = response.headers.get('Cross-Origin-Embedder-Policy');
  if (globalThis.crossOriginIsolated && policy === null) {
    return 'the page is sent with the header Cross-Origin-Embedder-Policy, so its worker must be, too: send "Cross-Origin-Embedder-Policy: require-corp" with the scripts as well.';
  }
  return 'its server sends it well. If the page has the header Cross-Origin-Embedder-Policy, the script must have it, too.';
}

function vite(url: string): string {
  return url.includes('/.vite/') ? "In Vite, set optimizeDeps: { exclude: ['think-then-embed'] }. " : '';
}
