interface Locks {
  request(name: string, held: () => Promise<never>): Promise<unknown>;
}

/** `HostApi.holdLivenessLock`: a Web Lock that the browser gives back when this worker ends, however that comes about. */
export function holdLivenessLock(lock: string): Promise<boolean> {
  const { navigator } = globalThis as { navigator?: { locks?: Locks } };
  return new Promise((resolve) => {
    if (navigator?.locks === undefined) return resolve(false); // not a secure context
    navigator.locks
      .request(lock, () => {
        resolve(true);
        return new Promise<never>(() => {});
      })
      .catch(() => resolve(false)); // refused: an opaque origin
  });
}
