/** For bug reports: the abilities of this device and page, without content or file names. */
import { choice } from './choices.ts';
import { count } from './collection.ts';
import { info } from './engine.ts';
import { notices } from './notices.ts';
import { offline } from './offline.ts';
import { report } from './storage.ts';
import { traffic } from './traffic.ts';

export async function deviceReport(): Promise<string> {
  const { userAgent, hardwareConcurrency, language } = navigator;
  const lines: [string, unknown][] = [
    ['browser', userAgent],
    ['language', language],
    ['processors', hardwareConcurrency],
    ['memory, GB (browser’s estimate)', (navigator as { deviceMemory?: number }).deviceMemory ?? 'unknown'],
    ['cross-origin isolated', crossOriginIsolated],
    ['secure context', isSecureContext],
    ['WebGPU adapter', await adapter()],
    ['model', choice.value.id],
    ['loaded', info.value ?? 'nothing'],
    ['items in the collection', count.value ?? 'not opened'],
    ['offline', offline.value],
    ['sent', traffic.value ?? 'not measured'],
    ['storage', report.value ?? 'not asked'],
    // A message may name a file, and the report will be shared: include only the error's code.
    ['messages', notices.value.map(({ message, file }) => (file === undefined ? message : codeOf(message)))],
  ];
  return lines
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
}

/** Messages end with their error code in brackets. */
function codeOf(message: string): string {
  return /\(([\w-]+)\)$/.exec(message)?.[1] ?? 'an error about a file';
}

async function adapter(): Promise<unknown> {
  const found = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!found) return 'none';
  const { vendor, architecture, description } = found.info;
  const limits = { maxBufferSize: found.limits.maxBufferSize };
  return { vendor, architecture, description, shaderF16: found.features.has('shader-f16'), ...limits };
}
