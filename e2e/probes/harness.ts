/** For the test of the harness itself: reports what a worker can do. */
export function capabilities() {
  return {
    isolated: crossOriginIsolated,
    storage: 'indexedDB' in self,
    gpu: 'gpu' in navigator,
    page: 'document' in self,
  };
}

export async function adapter(): Promise<string | null> {
  const found = await navigator.gpu?.requestAdapter();
  return found ? found.info.vendor || found.info.description || 'unnamed' : null;
}

export async function echo(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes.map((byte) => 255 - byte);
}

export async function fetchStatus(url: string): Promise<{ status: number; bytes: number } | string> {
  try {
    const response = await fetch(url);
    return { status: response.status, bytes: (await response.arrayBuffer()).byteLength };
  } catch (error) {
    return String(error);
  }
}

export function fail(): never {
  throw Object.assign(new Error('as asked'), { code: 'run-failed' });
}
