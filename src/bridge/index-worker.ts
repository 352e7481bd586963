/** The worker of indexes opened without a model: shared by all of them, started by the first call, ended with its last user. */
import { TteError } from '../shared/errors.ts';
import { installTransferHandlers } from '../shared/transfer.ts';
import { abortable } from './abortable.ts';
import type { Connection, Host } from './connection.ts';

export interface IndexWorker {
  /** Counts a user. @returns releases it; resolves, for the last one, when the worker has ended */
  retain(): () => Promise<void>;
  /** Makes one call; a worker that died is replaced. `run` gets the number by which the worker knows the call. */
  call<T>(run: (host: Host, request: number) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** @param connect starts a worker; `onEnd` is called once, however it ends */
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
