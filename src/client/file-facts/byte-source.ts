/** Reads a file here and there without holding it whole. */

/** Up to `length` bytes from `offset`; fewer at the end of the file, none behind it. */
export type ReadBytes = (offset: number, length: number) => Promise<DataView>;

/** Bytes of one read: small headers that follow each other are served from the same. */
const WINDOW = 65_536;

export function createReader(file: Blob): ReadBytes {
  let [start, bytes] = [0, new ArrayBuffer(0)];
  return async (offset, length) => {
    const wanted = Math.max(0, Math.min(length, file.size - offset));
    if (offset < start || offset + wanted > start + bytes.byteLength) {
      bytes = await file.slice(offset, offset + Math.max(wanted, WINDOW)).arrayBuffer();
      start = offset;
    }
    return new DataView(bytes, wanted > 0 ? offset - start : 0, wanted);
  };
}
