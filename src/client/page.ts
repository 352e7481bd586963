/** A page: the host is a worker, URLs are relative to the document. */
import { connect } from '../bridge/connection.ts';
import { startWorker, type WorkerLike } from '../bridge/worker.ts';
import { TteError } from '../shared/errors.ts';
import type { ClientPlatform } from './platform.ts';

/** @throws TteError not-in-browser, with this message, on a server */
export function requirePage(message: string): void {
  if (typeof Worker === 'undefined' || typeof location === 'undefined') {
    throw new TteError('not-in-browser', message);
  }
}

/** @param start for tests: another worker */
export function pagePlatform(start: (url: string | null) => WorkerLike = startWorker): ClientPlatform {
  return {
    connect: (onEnd, workerUrl) => connect(start(workerUrl), onEnd),
    resolveUrl: (url) => new URL(url, globalThis.document?.baseURI ?? location.href).href,
  };
}
