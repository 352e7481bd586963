/** Files that are served as the difference from another one, byte by byte, modulo 256: of two similar ones that is much less. */

/** The file whose difference from `base` is given. Ends early where the base does: what was made is not the file then. */
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
