import { TteError } from '../shared/errors.ts';
import { POLICY, trustedScriptUrl } from '../shared/trusted-types.ts';

/** The part of `Worker` that the bridge uses; tests implement it with a MessagePort. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  terminate(): void;
  /** Explains why its script cannot be used, and what to do. @param version of the script, if it did load, and is another than the page's */
  explain?(version?: string): Promise<string>;
}

interface Script {
  url: string;
  type: WorkerType;
}

/**
 * The only place that starts a worker.
 * @param url URL of the script; null: where the application's bundler put it, or next to this file
 * @throws TteError unsupported | download-failed
 */
export function startWorker(url: string | null): WorkerLike {
  const script: Script = url === null ? bundledScript() : { url, type: 'module' };
  watchPolicy();
  try {
    const worker = new Worker(trustedScriptUrl(sameOrigin(script)), { type: script.type });
    return Object.assign(worker, { explain: (version?: string) => explain(script.url, version) });
  } catch (cause) {
    const advice = /policy|trusted/i.test(String(cause))
      ? `Its Content-Security-Policy demands Trusted Types: allow ours with "trusted-types ${POLICY}".`
      : 'Workers need a page served over http(s).';
    throw new TteError(
      'unsupported',
      `The page may not start the worker ${script.url} (${cause}). ${advice}`,
      { cause },
    );
  }
}

/** The directive of the page's Content-Security-Policy that was violated first since a worker was last started. */
let forbidden: string | null = null;

function noteViolation({ effectiveDirective }: SecurityPolicyViolationEvent): void {
  if (/^(worker|script|child|connect)-src/.test(effectiveDirective)) forbidden ??= effectiveDirective;
}

/** Starts recording violations; there is one listener, however many workers are started. */
function watchPolicy(): void {
  forbidden = null;
  globalThis.document?.addEventListener('securitypolicyviolation', noteViolation);
}

async function explain(url: string, version?: string): Promise<string> {
  try {
    const { explainScript, explainVersion } = await import('./worker-script.ts');
    return version === undefined ? await explainScript(url, forbidden) : explainVersion(url, version);
  } catch {
    return `${url} did not load.`; // nor does anything else from there
  }
}

/**
 * Bundlers recognise exactly one expression and replace the URL in it by that of the bundled script. A stand-in for the constructor
 * captures this URL, because the worker cannot always be started from it directly.
 */
function bundledScript(): Script {
  const caught: Script[] = [];
  const original = globalThis.Worker;
  globalThis.Worker = new Proxy(original, {
    construct(_worker, [url, options]: [string | URL, WorkerOptions?]) {
      caught.push({ url: String(url), type: options?.type ?? 'classic' });
      return {};
    },
  });
  try {
    new Worker(new URL(/* @vite-ignore */ './worker/host.js', import.meta.url), { type: 'module' });
  } catch (cause) {
    const advice = 'set the options `assetsUrl` or `workerUrl` of createEmbedder';
    throw new TteError(
      'download-failed',
      `A script of this format does not know where its worker is: ${advice}.`,
      { cause },
    );
  } finally {
    globalThis.Worker = original;
  }
  const [{ url, type }] = caught as [Script];
  return { url: new URL(unoptimized(url), location.href).href, type };
}

/** Vite's development server moves packages to a folder of its own, without the files that belong to them (Vite before 8). */
function unoptimized(url: string): string {
  return url.replace(
    /(\/node_modules)\/\.vite\/(?:[^/]+\/)?deps[^/]*\/worker\//,
    '$1/think-then-embed/dist/worker/',
  );
}

const blobs = new Map<string, string>();

/** A worker's script must be of the page's origin; what that script loads need not. Threads start from the same URL: it is kept. */
function sameOrigin({ url, type }: Script): string {
  const { origin, protocol } = new URL(url);
  // Not `location.origin`, which a frame with `srcdoc` does not have.
  if (origin === self.origin || !protocol.startsWith('http')) return url;
  const known = blobs.get(url);
  if (known) return known;
  const code =
    type === 'module' ? `import ${JSON.stringify(url)};` : `importScripts(${JSON.stringify(url)});`;
  const blob = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  blobs.set(url, blob);
  return blob;
}
