/** A worker shared by several users: started by the first call, replaced when it died, ended with its last user. */
import type { Remote } from 'comlink';
import { TteError } from '../shared/errors.ts';
import type { HostApi } from '../shared/protocol.ts';
import { installTransferHandlers } from '../shared/transfer.ts';
import { abortable } from './abortable.ts';
import type { Connection } from './connection.ts';

export interface OnDemandWorker<Api = HostApi> {
  /** Counts a user. @returns releases it; resolves, for the last one, when the worker has ended */
  retain(): () => Promise<void>;
  /** Makes one call; a worker that died is replaced. `run` gets the number by which the worker knows the call. */
  call<T>(run: (host: Remote<Api>, request: number) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/**
 * @param connect starts a worker; `onEnd` is called once, however it ends
 * @param ended error of the calls that are pending when the last user leaves
 */
export function createOnDemandWorker<Api = HostApi>(
  connect: (onEnd: () => void) => Connection<Api>,
  ended: string,
): OnDemandWorker<Api> {
  let connection: Connection<Api> | undefined;
  let users = 0;
  let requests = 0;

  function connected(): Connection<Api> {
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
        if (--users === 0) await connection?.end(new TteError('disposed', ended));
      };
    },
    call(run, signal) {
      const request = ++requests;
      let worker: Connection<Api> | undefined;
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
