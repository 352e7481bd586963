// The part of the protocol buffers wire format that ONNX needs. Reading copies nothing: bytes are views.

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const text = new TextDecoder();
const encoder = new TextEncoder();

export interface Field {
  number: number;
  /** Wire type: `VARINT`, `FIXED64`, `BYTES` or `FIXED32`. */
  wire: number;
  /** Value of a varint; negative for a negative int64. Rounded beyond 2^53. */
  value: number;
  /** Content of the other wire types (8, n or 4 bytes): a view of the message. */
  bytes: Uint8Array;
}

const NONE = new Uint8Array(0);

/** Reads a varint; values above 2^63 are negative int64. Returns the value and the offset after it. */
export function readVarint(data: Uint8Array, at: number): [value: number, next: number] {
  let low = 0;
  let high = 0;
  for (let shift = 0, i = at; i < data.length; i++, shift += 7) {
    const byte = data[i]!;
    const part = byte & 0x7f;
    if (shift < 28) low |= part << shift;
    else if (shift === 28) {
      low = (low | (part << 28)) >>> 0;
      high = part >>> 4;
    } else high |= part << (shift - 32);
    if (byte < 0x80) return [(high | 0) * 4294967296 + (low >>> 0), i + 1];
    if (shift > 63) break;
  }
  throw new Error('Malformed protocol buffer: unfinished varint');
}

/** All fields of one message, in order. */
export function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const [tag, next] = readVarint(message, at);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    at = next;
    if (wire === VARINT) {
      const [value, end] = readVarint(message, at);
      at = end;
      yield { number, wire, value, bytes: NONE };
      continue;
    }
    let length = wire === FIXED64 ? 8 : 4;
    if (wire === BYTES) [length, at] = readVarint(message, at);
    else if (wire !== FIXED64 && wire !== FIXED32)
      throw new Error(`Malformed protocol buffer: wire type ${wire}`);
    const end = at + length;
    if (end > message.length) throw new Error('Malformed protocol buffer: a field ends behind its message');
    yield { number, wire, value: 0, bytes: message.subarray(at, end) };
    at = end;
  }
}

/** A repeated number: packed into one field, or one field each. */
export function varints(field: Field): number[] {
  if (field.wire === VARINT) return [field.value];
  const out: number[] = [];
  for (let at = 0; at < field.bytes.length; ) {
    const [value, next] = readVarint(field.bytes, at);
    out.push(value);
    at = next;
  }
  return out;
}

export const string = (bytes: Uint8Array): string => text.decode(bytes);

export const float32 = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);

/** A message under construction. `finish` joins its parts, which are not copied before. */
export interface Message {
  varint(number: number, value: number): Message;
  bytes(number: number, value: Uint8Array | Message): Message;
  string(number: number, value: string): Message;
  float(number: number, value: number): Message;
  readonly length: number;
  parts(): Uint8Array[];
  finish(): Uint8Array;
}

function encodeVarint(value: number, out: number[]): void {
  let low = value >>> 0;
  let high = Math.floor(value / 4294967296) >>> 0;
  while (high !== 0 || low > 0x7f) {
    out.push((low & 0x7f) | 0x80);
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  out.push(low);
}

export function message(): Message {
  const parts: Uint8Array[] = [];
  let length = 0;
  const push = (part: Uint8Array) => {
    parts.push(part);
    length += part.length;
  };
  const head = (number: number, wire: number, ...values: number[]) => {
    const out: number[] = [];
    encodeVarint(number * 8 + wire, out);
    for (const value of values) encodeVarint(value, out);
    push(Uint8Array.from(out));
  };
  const self: Message = {
    varint(number, value) {
      head(number, VARINT, value);
      return self;
    },
    bytes(number, value) {
      head(number, BYTES, value.length);
      if (value instanceof Uint8Array) push(value);
      else for (const part of value.parts()) push(part);
      return self;
    },
    string: (number, value) => self.bytes(number, encoder.encode(value)),
    float(number, value) {
      head(number, FIXED32);
      push(new Uint8Array(Float32Array.of(value).buffer));
      return self;
    },
    get length() {
      return length;
    },
    parts: () => parts,
    finish() {
      const out = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        out.set(part, at);
        at += part.length;
      }
      return out;
    },
  };
  return self;
}
