import { link } from '../operators/link.ts';

/**
 * The part of onnxruntime-web's compiled core that is used here (its C API as exported by Emscripten, 32-bit pointers).
 * Names and signatures: onnxruntime/wasm/api.h of the pinned version; the dependency is pinned exactly for this reason.
 */
export interface OrtModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  stackSave(): number;
  stackRestore(stack: number): void;
  stackAlloc(bytes: number): number;
  getValue(pointer: number, type: 'i32' | '*'): number;
  setValue(pointer: number, value: number, type: 'i32' | '*'): void;
  UTF8ToString(pointer: number): string;
  mountExternalData(path: string, data: Uint8Array): void;
  unmountExternalData(): void;

  _OrtInit(threads: number, logLevel: number): number;
  _OrtGetLastError(code: number, message: number): number;
  _OrtFree(pointer: number): number;
  _OrtCreateSessionOptions(
    optimization: number,
    cpuArena: boolean,
    memoryPattern: boolean,
    executionMode: number,
    profiling: boolean,
    profilePrefix: number,
    logId: number,
    logSeverity: number,
    logVerbosity: number,
    optimizedModelPath: number,
  ): number;
  _OrtReleaseSessionOptions(options: number): number;
  _OrtCreateSession(data: number, bytes: number, options: number): number | Promise<number>;
  _OrtReleaseSession(session: number): number;
  _OrtGetInputOutputCount(session: number, inputs: number, outputs: number): number;
  _OrtGetInputOutputMetadata(session: number, index: number, name: number, metadata: number): number;
  _OrtCreateTensor(
    type: number,
    data: number,
    bytes: number,
    dims: number,
    rank: number,
    location: number,
  ): number;
  _OrtGetTensorData(tensor: number, type: number, data: number, dims: number, rank: number): number;
  _OrtReleaseTensor(tensor: number): number;
  _OrtRun(
    session: number,
    inputNames: number,
    inputs: number,
    inputCount: number,
    outputNames: number,
    outputCount: number,
    outputs: number,
    runOptions: number,
  ): number | Promise<number>;
}

const first = <T>(values: object, type: new (...args: never[]) => T): T =>
  Object.values(values).find((value): value is T => value instanceof type) as T;

/** The imports and exports of the compiled core, under names that change with every build. */
export const memoryOf = (imports: WebAssembly.Imports): WebAssembly.Memory =>
  first(Object.assign({}, ...Object.values(imports)), WebAssembly.Memory);
export const tableOf = (instance: WebAssembly.Instance): WebAssembly.Table =>
  first(instance.exports, WebAssembly.Table);

export interface WasmCore {
  readonly module: OrtModule;
  /** Adds our operators to a session's options; null if they do not fit the runtime's build. */
  readonly addOperators: ((sessionOptions: number) => void) | null;
}

export interface WasmInstance extends WasmCore {
  /** Ends the instance's threads. */
  terminate(): void;
}

/** A core while it starts. */
export interface StartingCore {
  /** Whether our operators fit the build; known as soon as its bytes have arrived. */
  readonly isKnown: Promise<boolean>;
  readonly instance: Promise<WasmInstance>;
}

/** Given to the glue, which would otherwise fetch and compile the core itself. */
export type InstantiateWasm = (
  imports: WebAssembly.Imports,
  done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
) => void;

export type CoreFactory = (config: {
  numThreads: number;
  instantiateWasm: InstantiateWasm;
}) => Promise<OrtModule>;

/** The compiled core, not initialised. */
export function instantiateCore(factory: CoreFactory, compiled: WebAssembly.Module, threads: number) {
  return new Promise<{ module: OrtModule; memory: WebAssembly.Memory; table: WebAssembly.Table }>(
    (resolve, reject) => {
      let parts: { memory: WebAssembly.Memory; table: WebAssembly.Table };
      const instantiateWasm: InstantiateWasm = (imports, done) => {
        // The glue does not handle a failure here.
        WebAssembly.instantiate(compiled, imports).then((instance) => {
          parts = { memory: memoryOf(imports), table: tableOf(instance) };
          done(instance, compiled);
        }, reject);
      };
      factory({ numThreads: threads, instantiateWasm }).then(
        (module) => resolve({ module, ...parts }),
        reject,
      );
    },
  );
}

/** A compiled core, and whether our operators fit its build, which only its bytes can tell. */
export interface RuntimeBinary {
  readonly compiled: WebAssembly.Module;
  readonly isKnown: boolean;
}

/** The core, ready for sessions, with our operators if they fit. */
export async function startCore(
  factory: CoreFactory,
  { compiled, isKnown }: RuntimeBinary,
  threads: number,
): Promise<WasmCore> {
  const { module, memory, table } = await instantiateCore(factory, compiled, threads);
  const allocate = (bytes: number) => module._malloc(bytes);
  const linked = isKnown ? link({ memory, table, allocate }) : null;
  linked?.createEnvironment(threads);
  check(module, module._OrtInit(threads, ERRORS_ONLY), 'Starting the runtime');
  return { module, addOperators: linked?.addOperators ?? null };
}

const ERRORS_ONLY = 3;

/** @throws Error with the runtime's message, if `code` is not 0 */
export function check(module: OrtModule, code: number, doing: string): void {
  if (code !== 0) throw new Error(`${doing}: ${lastError(module)}`);
}

export function lastError(module: OrtModule): string {
  return withStack(module, () => {
    const code = module.stackAlloc(4);
    const message = module.stackAlloc(4);
    module._OrtGetLastError(code, message);
    const text = module.getValue(message, '*');
    return text ? module.UTF8ToString(text) : `error ${module.getValue(code, 'i32')}`;
  });
}

export function withStack<T>(module: OrtModule, body: () => T): T {
  const stack = module.stackSave();
  try {
    return body();
  } finally {
    module.stackRestore(stack);
  }
}
