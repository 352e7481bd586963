/** Connects to a host in this process; calls go to it directly. */
import type { Remote } from 'comlink';
import type { HostApi } from '../shared/protocol.ts';
import type { Connection, HostLife } from './connection.ts';
import { createPendingCalls } from './pending-calls.ts';

export function connectLocally<Api extends HostLife = HostApi>(api: Api, onEnd: () => void): Connection<Api> {
  const pending = createPendingCalls();
  const host = api as unknown as Remote<Api>; // its methods return promises or plain values, and both can be awaited
  let gone: Promise<void> | undefined;
  return {
    run: (call) => pending.run(() => call(host)),
    cancel: (request) => api.cancel(request),
    flush: () => void api.flush().catch(() => {}),
    gone: async () => gone,
    end(reason) {
      if (gone !== undefined) return gone;
      pending.end(reason);
      onEnd();
      gone = api.close().catch(() => {});
      return gone;
    },
  };
}
