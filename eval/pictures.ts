/** Descriptions of pictures, planned in Node and drawn in the page: plain data, so that equal plans give equal pictures. */

/** The content of a cell: the key of a pictogram in `Drawing.art`, or a photograph's URL. */
export type Source = { art: string } | { photo: string };

export interface Cell {
  source: Source;
  /** The pictogram's longer side as a share of the cell; ignored for photographs, which fill their cell. */
  scale: number;
  /** Radians, clockwise. */
  turn: number;
  mirror: boolean;
  /** Offset from the centre, from −1 to 1 of the free space. */
  x: number;
  y: number;
}

export interface Ground {
  /** CSS colour. */
  colour: string;
  /** 4 × 4 colours blended softly over the background; `strength` from 0 to 1. */
  texture: readonly string[];
  strength: number;
  /** Factor applied to the whole picture. */
  brightness: number;
}

/** Four cells in reading order (null: empty), or one. */
export interface Scene {
  ground: Ground;
  cells: readonly (Cell | null)[];
}

/** What print looks like. */
export interface Lettering {
  /** CSS font families. */
  family: string;
  /** CSS colours. */
  ground: string;
  ink: string;
  /** Radians, clockwise. */
  turn: number;
}

export interface PrintLook extends Lettering {
  /** Of the letters, in pixels. */
  size: number;
  columns: number;
  /** Standard deviation, of 255. */
  noise: number;
  noiseSeed: number;
  /** Radius in pixels. */
  blur: number;
}

export interface SignLook extends Lettering {
  /** Of the letters, as a share of the picture's longer side. */
  size: number;
  /** Where it hangs, in shares of the free space. */
  x: number;
  y: number;
}

export interface PastedPart {
  url: string;
  /** In shares of its file. */
  box: { x: number; y: number; width: number; height: number };
  /** Where its middle is, in shares of the picture. */
  x: number;
  y: number;
  /** Its longer side as a share of the picture's shorter one. */
  size: number;
}

export type Picture =
  /** An existing file. */
  | { kind: 'file'; url: string }
  /** A part of an existing file; the box is in shares of its size. */
  | { kind: 'part'; url: string; box: { x: number; y: number; width: number; height: number } }
  /** An existing file with a part of another one over it, or (null) with nothing over it. */
  | { kind: 'pasted'; url: string; part: PastedPart | null }
  | { kind: 'scene'; scene: Scene }
  /** The part of a scene that shows one cell. */
  | { kind: 'crop'; scene: Scene; cell: number }
  /** A page of text with a figure. */
  | { kind: 'page'; title: string; lines: readonly string[]; figure: Cell }
  /** A printed page of nothing but text, as long as it needs to be. */
  | { kind: 'print'; text: string; look: PrintLook }
  /** An existing picture in which a sign hangs. */
  | { kind: 'sign'; url: string; words: string; look: SignLook };

/** Pictures to draw, by key, and the pictograms they use. */
export interface Drawing {
  pictures: Readonly<Record<string, Picture>>;
  art: Readonly<Record<string, string>>;
}
