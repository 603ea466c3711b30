// The curve of Ed25519 in extended coordinates (RFC 8032, section 5.1). Only public values pass here: nothing runs in
// constant time.
import { hex } from './bytes.js';

const P = 2n ** 255n - 19n;
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (number) => {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
};

function power(base, exponent) {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const invert = (number) => power(number, P - 2n);
const D = mod(-121665n * invert(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

const IDENTITY = { x: 0n, y: 1n, z: 1n, t: 0n };
const point = (x, y) => ({ x, y, z: 1n, t: mod(x * y) });

function add(a, b) {
  const left = ((a.y - a.x) * (b.y - b.x)) % P;
  const right = ((a.y + a.x) * (b.y + b.x)) % P;
  const c = (2n * D * a.t * b.t) % P;
  const d = (2n * a.z * b.z) % P;
  return from(right - left, d - c, d + c, right + left);
}

function double(a) {
  const xx = (a.x * a.x) % P;
  const yy = (a.y * a.y) % P;
  const sum = xx + yy;
  const e = sum - ((a.x + a.y) ** 2n % P);
  const g = xx - yy;
  return from(e, g + 2n * a.z * a.z, g, sum);
}

const from = (e, f, g, h) => ({ x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) });

export const negate = (a) => ({ x: mod(-a.x), y: a.y, z: a.z, t: mod(-a.t) });

// a·A + b·B, both in one pass.
export function combine(a, A, b, B) {
  const both = add(A, B);
  let sum = IDENTITY;
  for (let bit = 255n; bit >= 0n; bit--) {
    sum = double(sum);
    const inA = (a >> bit) & 1n;
    const inB = (b >> bit) & 1n;
    if (inA && inB) sum = add(sum, both);
    else if (inA) sum = add(sum, A);
    else if (inB) sum = add(sum, B);
  }
  return sum;
}

const isIdentity = (a) => a.x === 0n && a.y === a.z;

// Whether 8·A is the identity.
export const isSmallOrder = (a) => isIdentity(double(double(double(a))));

// The y of the points of small order; x is ±1 times one value for each of them.
const SMALL_ORDER_Y = [
  0n,
  1n,
  P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
];

// Whether 32 bytes may encode a point canonically that is not of small order; there may be no such point. That is
// seen by y alone, since where x is 0, and its sign is none, the order is small.
export function mayEncodeLargeOrder(bytes) {
  const y = fromLittleEndian(bytes) & (2n ** 255n - 1n);
  return y < P && !SMALL_ORDER_Y.includes(y);
}

// Whether A lies in the subgroup of prime order: it has no torsion part.
export const isTorsionFree = (a) => isIdentity(combine(ORDER, a, 0n, IDENTITY));

export function compress(a) {
  const z = invert(a.z);
  const x = mod(a.x * z);
  const bytes = littleEndian(mod(a.y * z));
  bytes[31] |= Number(x & 1n) << 7;
  return bytes;
}

// The point that 32 bytes encode canonically, or null.
export function decompress(bytes) {
  const sign = bytes[31] >> 7;
  const y = fromLittleEndian(bytes) & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  const v3 = mod(v * v * v);
  let x = mod(u * v3 * power(mod(u * v3 * v3 * v), (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(v * x * x) !== u) return null;
  if (x === 0n && sign === 1) return null;
  return point(Number(x & 1n) === sign ? x : mod(-x), y);
}

export const fromLittleEndian = (bytes) => BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);

export function littleEndian(number) {
  return Uint8Array.from({ length: 32 }, (_, i) => Number((number >> BigInt(8 * i)) & 255n));
}

export const BASE = decompress(littleEndian(mod(4n * invert(5n))));
