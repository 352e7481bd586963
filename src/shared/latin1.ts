/** Bytes as Latin-1; fewer at the end of the view. */
export function characters(view: DataView, offset: number, length: number): string {
  const end = Math.min(view.byteLength, offset + length);
  let text = '';
  for (let at = offset; at < end; at++) text += String.fromCharCode(view.getUint8(at));
  return text;
}
