/**
 * NumPy's format for one array (version 1.0; 2.0 and 3.0 are read as well): vectors as rows. Typed arrays are little-endian
 * wherever WebAssembly runs, as the files are.
 */
import { invalid, TteError } from '../../../src/shared/errors.ts';
import type { Batches } from './rows.ts';

const MAGIC = '\x93NUMPY';
/** The header is padded so that the data begins at a multiple of this. */
const ALIGNMENT = 64;

export async function* writeNpy(count: number, dimensions: number, batches: Batches) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, ${dimensions}), }`;
  const start = MAGIC.length + 4;
  const length = Math.ceil((start + header.length + 1) / ALIGNMENT) * ALIGNMENT - start;
  const bytes = new Uint8Array(start + length);
  const text = `${MAGIC}\x01\x00${String.fromCharCode(length & 255, length >> 8)}${header.padEnd(length - 1)}\n`;
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  yield bytes;
  for await (const batch of batches) {
    const rows = new Float32Array(batch.length * dimensions);
    for (const [i, { vector }] of batch.entries()) rows.set(vector, i * dimensions);
    yield new Uint8Array(rows.buffer);
  }
}

export interface NpyMatrix {
  count: number;
  dimensions: number;
  /** Rows from … to (exclusive); each an array of its own. */
  rows(from: number, to: number): Promise<Float32Array<ArrayBuffer>[]>;
}

/** 32- and 64-bit floats, little-endian, in C order. @throws TteError invalid-input | unsupported */
export async function openNpy(file: Blob, name: string): Promise<NpyMatrix> {
  const refused = (what: string) => invalid(`${name}: ${what}`);
  const start = new DataView(await file.slice(0, 12).arrayBuffer());
  if (start.byteLength < 12) throw refused('the file ends within its header');
  const isFirst = start.getUint8(6) === 1;
  const headerAt = isFirst ? 10 : 12;
  const dataAt = headerAt + (isFirst ? start.getUint16(8, true) : start.getUint32(8, true));
  const header = await file.slice(headerAt, Math.min(dataAt, headerAt + 65_536)).text();

  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(\s*(\d+)\s*,\s*(\d+)\s*,?\s*\)/.exec(header);
  if (descr === undefined || shape === null) throw refused('its header does not tell of a matrix');
  if (descr !== '<f4' && descr !== '<f8') {
    throw new TteError('unsupported', `${name}: numbers of kind ${descr}; save them as float32`);
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw new TteError('unsupported', `${name}: in Fortran order; save numpy.ascontiguousarray(vectors)`);
  }
  const [count, dimensions] = [Number(shape[1]), Number(shape[2])];
  const width = descr === '<f4' ? 4 : 8;
  if (file.size !== dataAt + count * dimensions * width) {
    throw refused(`${count} × ${dimensions} numbers are announced, the file has another length`);
  }

  return {
    count,
    dimensions,
    rows: async (from, to) => {
      const row = dimensions * width;
      const bytes = await file.slice(dataAt + from * row, dataAt + to * row).arrayBuffer();
      const numbers = width === 4 ? new Float32Array(bytes) : Float32Array.from(new Float64Array(bytes));
      return Array.from({ length: to - from }, (_, i) => numbers.slice(i * dimensions, (i + 1) * dimensions));
    },
  };
}
