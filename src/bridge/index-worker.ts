/** The worker shared by all indexes that are opened without a model. It starts with the first call and ends with its last user. */
import { TteError } from '../shared/errors.ts';
import { installTransferHandlers } from '../shared/transfer.ts';
import { abortable } from './abortable.ts';
import type { Connection, Host } from './connection.ts';

export interface IndexWorker {
  /** Registers a user. @returns a function that releases it and, for the last user, resolves when the worker has ended */
  retain(): () => Promise<void>;
  /** Makes one call, in a new worker if the previous one died. `run` receives the call's request id. */
  call<T>(run: (host: Host, request: number) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** @param connect starts a worker; `onEnd` is called once when it ends, for whatever reason */
export function createIndexWorker(connect: (onEnd: () => void) => Connection): IndexWorker {
  let connection: Connection | undefined;
  let users = 0;
  let requests = 0;

  function connected(): Connection {
    if (connection !== undefined) return connection;
    installTransferHandlers();
    const opened = connect(() => {
      if (connection === opened) connection = undefined;
    });
    connection = opened;
    return opened;
  }

  return {
    retain() {
      users++;
      let isUser = true;
      return async () => {
        if (!isUser) return;
        isUser = false;
        if (--users === 0) await connection?.end(new TteError('disposed', 'The last index was closed.'));
      };
    },
    call(run, signal) {
      const request = ++requests;
      let worker: Connection | undefined;
      return abortable(
        signal,
        async () => {
          worker = connected();
          return worker.run((host) => run(host, request));
        },
        () => worker?.cancel(request),
      );
    },
  };
}
