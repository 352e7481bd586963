/** A host in this process: the same calls, without a wire. */
import type { Connection, Host } from '../bridge/connection.ts';
import { createPendingCalls } from '../bridge/pending-calls.ts';
import type { HostApi } from '../shared/protocol.ts';

export function connectLocally(api: HostApi, onEnd: () => void): Connection {
  const pending = createPendingCalls();
  const host = api as unknown as Host; // its methods give promises, or what may be awaited as well
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
