/** Connects to a host in this process, which is called directly. */
import type { Connection, Host } from '../bridge/connection.ts';
import { createPendingCalls } from '../bridge/pending-calls.ts';
import type { HostApi } from '../shared/protocol.ts';

export function connectLocally(api: HostApi, onEnd: () => void): Connection {
  const pending = createPendingCalls();
  const host = api as unknown as Host; // its methods return promises or plain values, and both can be awaited
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
