/**
 * Parquet itself has no lists of a fixed length. Arrow's readers (LanceDB, PyArrow, Polars, …) restore them from an Arrow schema in
 * the file's metadata: an IPC schema message in base64. Written here after Arrow's Message.fbs and Schema.fbs; the
 * numbers are those files' field ids and enum values.
 */
import { Builder, type Offset } from 'flatbuffers';

export const ARROW_SCHEMA_KEY = 'ARROW:schema';

const TYPE = { floatingPoint: 3, utf8: 5, timestamp: 10, fixedSizeList: 16 };

/** The schema for the columns of `parquet-out.ts`, in their order. */
export function arrowSchema(dimensions: number): string {
  const fbs = new Builder(1024);
  const utf8 = () => tableOf(fbs, 0, () => {});
  const text = (name: string, nullable: boolean) => fieldOf(fbs, name, nullable, TYPE.utf8, utf8(), []);

  const float = tableOf(fbs, 1, () => fbs.addFieldInt16(0, 1, 0)); // single precision
  const element = fieldOf(fbs, 'element', false, TYPE.floatingPoint, float, []);
  const list = tableOf(fbs, 1, () => fbs.addFieldInt32(0, dimensions, 0));
  const zone = fbs.createString('UTC');
  const timestamp = tableOf(fbs, 2, () => {
    fbs.addFieldInt16(0, 1, 0); // milliseconds
    fbs.addFieldOffset(1, zone, 0);
  });
  const fields = offsetsOf(fbs, [
    text('id', false),
    fieldOf(fbs, 'vector', false, TYPE.fixedSizeList, list, [element]),
    text('text', false),
    text('metadata', false),
    text('trace', true),
    text('content_hash', false),
    fieldOf(fbs, 'added_at', false, TYPE.timestamp, timestamp, []),
  ]);
  const schema = tableOf(fbs, 2, () => {
    fbs.addFieldInt16(0, 0, 1); // little-endian, written even though it is the default
    fbs.addFieldOffset(1, fields, 0);
  });
  fbs.finish(
    tableOf(fbs, 4, () => {
      fbs.addFieldInt16(0, 4, 0); // metadata version V5
      fbs.addFieldInt8(1, 1, 0); // the header is a schema
      fbs.addFieldOffset(2, schema, 0);
    }),
  );
  return base64(encapsulated(fbs.asUint8Array()));
}

function fieldOf(
  fbs: Builder,
  name: string,
  nullable: boolean,
  type: number,
  typeTable: Offset,
  children: Offset[],
): Offset {
  const nameAt = fbs.createString(name);
  const childrenAt = offsetsOf(fbs, children);
  return tableOf(fbs, 6, () => {
    fbs.addFieldOffset(0, nameAt, 0);
    fbs.addFieldInt8(1, Number(nullable), 0);
    fbs.addFieldInt8(2, type, 0);
    fbs.addFieldOffset(3, typeTable, 0);
    fbs.addFieldOffset(5, childrenAt, 0);
  });
}

function tableOf(fbs: Builder, fields: number, fill: () => void): Offset {
  fbs.startObject(fields);
  fill();
  return fbs.endObject();
}

function offsetsOf(fbs: Builder, offsets: Offset[]): Offset {
  fbs.startVector(4, offsets.length, 4);
  for (const offset of [...offsets].reverse()) fbs.addOffset(offset);
  return fbs.endVector();
}

/** Continuation mark, length, message, padded to eight bytes. */
function encapsulated(message: Uint8Array): Uint8Array {
  const padded = Math.ceil(message.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xffffffff, true);
  view.setUint32(4, padded, true);
  bytes.set(message, 8);
  return bytes;
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
