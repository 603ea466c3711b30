// Protobuf: the scan against bytes that two decoders could read differently, decoding, and the one encoding.
// Specification, section 3.
import { EMPTY, concat, equal, fromUtf8, utf8 } from './bytes.js';
import { fail, must } from './fault.js';
import { schema } from './schema.js';

const DEEPEST = 8;
const MOST_FIELDS = 2 ** 19;
const LARGEST_64 = 2n ** 64n - 1n;

// Scans `bytes` as `message` and decodes them. 64-bit numbers become BigInt, absent messages stay undefined.
export function decode(message, bytes) {
  return read(message, bytes, 1, { fields: 0 });
}

// As `decode`, for what is read whole: encoded again it must give the same bytes.
export function decodeWhole(message, bytes) {
  const value = decode(message, bytes);
  must(equal(encode(message, value), bytes), `${message} has unknown fields, or defaults written out`);
  return value;
}

function read(message, bytes, depth, count) {
  must(depth <= DEEPEST, `messages nest deeper than ${DEEPEST} levels`);
  const known = schema[message];
  const value = defaults(message);
  const cursor = { bytes, at: 0 };
  const seen = new Set();
  let last = 0;
  while (cursor.at < bytes.length) {
    const tag = varint(cursor, 2n ** 32n - 1n);
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    must(++count.fields <= MOST_FIELDS, `more than ${MOST_FIELDS} fields`);
    must(number > 0, `${message}: field number 0`);
    must(number >= last, `${message}: field ${number} stands after field ${last}`);
    last = number;
    const field = known.get(number);
    if (!field) {
      skip(cursor, wireType);
      continue;
    }
    must(wireType === field.wireType, `${message}.${field.name} has another wire type than the schema's`);
    must(field.repeated || !seen.has(number), `${message}.${field.name} stands twice`);
    must(!field.choice || ![...seen].some((other) => known.get(other).choice), `${message}: two members of one choice`);
    seen.add(number);
    const item = readField(field, cursor, depth, count);
    if (field.repeated) value[field.name].push(item);
    else value[field.name] = item;
  }
  return value;
}

function readField(field, cursor, depth, count) {
  if (field.wireType === 0) {
    const number = varint(cursor, field.largest);
    if (field.type === 'uint64') return number;
    return field.type === 'bool' ? number === 1n : Number(number);
  }
  const content = take(cursor, varint(cursor, LARGEST_64));
  if (field.message) return read(field.type, content, depth + 1, count);
  return field.type === 'string' ? fromUtf8(content) : content;
}

function varint(cursor, largest) {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    must(cursor.at < cursor.bytes.length, 'the bytes end within a field');
    const byte = cursor.bytes[cursor.at++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) {
      must(byte !== 0 || shift === 0n, 'a number with more bytes than it needs');
      must(value <= largest, 'a number above the range of its type');
      return value;
    }
  }
  return fail('a number of more than ten bytes');
}

function take(cursor, length) {
  must(length <= BigInt(cursor.bytes.length - cursor.at), 'the bytes end within a field');
  const content = cursor.bytes.subarray(cursor.at, cursor.at + Number(length));
  cursor.at += content.length;
  return content;
}

function skip(cursor, wireType) {
  if (wireType === 0) varint(cursor, LARGEST_64);
  else if (wireType === 1) take(cursor, 8n);
  else if (wireType === 2) take(cursor, varint(cursor, LARGEST_64));
  else if (wireType === 5) take(cursor, 4n);
  else fail(`wire type ${wireType}`);
}

function defaults(message) {
  const value = {};
  for (const field of schema[message].values()) {
    if (field.repeated) value[field.name] = [];
    else if (!field.presence && !field.message) value[field.name] = zero(field.type);
  }
  return value;
}

function zero(type) {
  return { uint64: 0n, bool: false, string: '', bytes: EMPTY }[type] ?? 0;
}

// The one encoding: fields ascending, defaults left out. Fields that `value` lacks count as absent.
export function encode(message, value) {
  const parts = [];
  for (const field of schema[message].values()) {
    const content = value[field.name];
    if (content === undefined) continue;
    for (const item of field.repeated ? content : [content]) {
      if (!field.repeated && !field.presence && !field.message && isZero(item)) continue;
      parts.push(...encodeField(field, item));
    }
  }
  return concat(...parts);
}

const isZero = (item) => (typeof item === 'object' ? item.length === 0 : !item);

function encodeField(field, item) {
  const tag = encodeVarint(BigInt(field.number * 8 + field.wireType));
  if (field.wireType === 0) return [tag, encodeVarint(BigInt(item))];
  const content = field.message ? encode(field.type, item) : field.type === 'string' ? utf8(item) : item;
  return [tag, encodeVarint(BigInt(content.length)), content];
}

function encodeVarint(number) {
  const bytes = [];
  let rest = number;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

// Parts of a file, each after its length as a shortest varint.
export function decodeParts(bytes) {
  const cursor = { bytes, at: 0 };
  const parts = [];
  while (cursor.at < bytes.length) parts.push(take(cursor, varint(cursor, LARGEST_64)));
  return parts;
}

// The contents of all length-delimited fields of a message that no schema here knows.
export function fieldsOf(bytes) {
  const cursor = { bytes, at: 0 };
  const contents = [];
  while (cursor.at < bytes.length) {
    const wireType = Number(varint(cursor, 2n ** 32n - 1n) & 7n);
    if (wireType === 2) contents.push(take(cursor, varint(cursor, LARGEST_64)));
    else skip(cursor, wireType);
  }
  return contents;
}
