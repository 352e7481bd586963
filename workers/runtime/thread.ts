/**
 * A thread of the WASM runtime: Emscripten's own, with our operators linked before it starts. It runs the same script as the worker
 * that starts it, under a name that tells it to be a thread. There is thus only one script URL, which is right if the worker runs.
 */
import factory from 'onnxruntime-web/ort-wasm-simd-threaded.mjs';
import { trustedScriptUrl } from '../../src/shared/trusted-types.ts';
import { linkThread } from '../operators/link.ts';
import { memoryOf, tableOf } from './wasm-module.ts';

/** Emscripten knows its threads by a name that begins like this. */
const LINKED = 'em-pthread';
/** A thread of a build that our operators do not fit. */
const PLAIN = 'em-pthread-plain';

export const isThread = () => self.name === LINKED || self.name === PLAIN;

/** Starts a thread from within the worker whose script this is. */
export function startThread(worker: typeof Worker, isLinked: boolean): Worker {
  const name = isLinked ? LINKED : PLAIN;
  return new worker(trustedScriptUrl(self.location.href), { name, type: scriptType() });
}

/** Not a valid URL, so that nothing is ever fetched. */
const NO_URL = 'http://[';

/**
 * How this script was started: bundlers may turn a module into a classic script. Modules have `importScripts`, but may not call it;
 * Firefox says so only if it is given something to load.
 */
function scriptType(): WorkerType {
  try {
    (self as unknown as { importScripts(url: string): void }).importScripts(trustedScriptUrl(NO_URL));
    return 'classic';
  } catch (error) {
    return error instanceof TypeError ? 'module' : 'classic';
  }
}

/** Becomes a thread. It listens immediately, since messages arrive as soon as the script has run. */
export function runThread(): void {
  if (self.name === LINKED) linkBeforeStart();
  void (factory as () => Promise<unknown>)();
}

function linkBeforeStart(): void {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
      WebAssembly.Instance = Instance; // the runtime creates only one
      const instance = new target(module, imports);
      linkThread(memoryOf(imports), tableOf(instance));
      return instance;
    },
  });
}
