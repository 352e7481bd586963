/** Approximate size of a structured clone in bytes: text as UTF-16, numbers as 8 bytes. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 2;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((sum, [key, part]) => sum + key.length * 2 + bytesOf(part), 0);
}
