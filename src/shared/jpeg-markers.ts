/** Markers of a JPEG file's segments, by their second byte. */

/** Whether nothing follows it, not even a length: temporary, and restarts. */
export const isBareMarker = (marker: number): boolean =>
  marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

/** Whether it starts a frame, of any compression; three markers of the range mean something else. */
export const isFrameMarker = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
