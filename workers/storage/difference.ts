/** Files that are served as their byte-by-byte difference from another file, modulo 256, which compresses well if the two are similar. */

/** Restores a file from its difference to `base`. Ends early if the base does; the result is then not the file. */
export async function* addBase(
  difference: AsyncIterable<Uint8Array>,
  base: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const pieces = base[Symbol.asyncIterator]();
  let known: Uint8Array = new Uint8Array(0);
  try {
    for await (const piece of difference) {
      const made = piece.slice();
      for (let at = 0; at < made.length; ) {
        while (known.length === 0) {
          const { done, value } = await pieces.next();
          if (done) return;
          known = value;
        }
        const count = Math.min(made.length - at, known.length);
        for (let i = 0; i < count; i++) made[at + i] = (made[at + i] as number) + (known[i] as number);
        known = known.subarray(count);
        at += count;
      }
      yield made;
    }
  } finally {
    await pieces.return?.();
  }
}
