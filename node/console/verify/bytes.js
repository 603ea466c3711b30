// Bytes and their texts. Specification, section 1.
import { fail, must } from './fault.js';

export const EMPTY = new Uint8Array(0);

export function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function compare(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

export const equal = (a, b) => a.length === b.length && compare(a, b) === 0;

// In order, each once.
export function ascending(list, order = compare) {
  return list.every((item, i) => i === 0 || order(list[i - 1], item) < 0);
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hex(bytes) {
  let text = '';
  for (const byte of bytes) text += DIGITS[byte];
  return text;
}

export function fromHex(text) {
  must(/^([0-9a-fA-F]{2})*$/.test(text), 'not a text of hex digits');
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

// A hash as people write it: either case, spaces and colons ignored.
export function hashFromText(text) {
  const digits = text.replace(/[\s:]/g, '');
  must(/^[0-9a-fA-F]{64}$/.test(digits), 'a hash has 64 hex digits');
  return fromHex(digits);
}

export function base64(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

// Padded and canonical, or a fault.
export function fromBase64(text) {
  must(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text), 'not base64');
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  must(base64(bytes) === text, 'base64 that is not canonical');
  return bytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);

export function fromUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return fail('text that is not UTF-8');
  }
}

// A number as `width` bytes, big-endian.
export function bigEndian(number, width) {
  const bytes = new Uint8Array(width);
  let rest = BigInt(number);
  for (let i = width - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

export const number = (bytes) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

// Unicode category Cc.
export const hasControl = (text) => /[\u0000-\u001f\u007f-\u009f]/.test(text);

// A decimal of C2SP's texts: digits without leading zeros, in 64 bits.
export function decimal(text, what = 'number', largest = 2n ** 64n - 1n) {
  must(/^(0|[1-9][0-9]{0,19})$/.test(text), `${what} is no decimal without leading zeros`);
  const value = BigInt(text);
  must(value <= largest, `${what} is too large`);
  return value;
}
