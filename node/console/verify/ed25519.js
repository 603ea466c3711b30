// Ed25519 by the strict rule of section 3: no cofactor, S below the order, R canonical and not of small order, keys
// canonical and of prime order. What a library decides otherwise is decided here.
import { equal, fromHex, hex } from './bytes.js';
import {
  BASE,
  ORDER,
  combine,
  compress,
  decompress,
  fromLittleEndian,
  isSmallOrder,
  isTorsionFree,
  mayEncodeLargeOrder,
  negate,
} from './curve25519.js';
import { sha512 } from './hash.js';

const keys = new Map();

// Whether 32 bytes are a key that may be named.
export function isKey(bytes) {
  return goodPoint(bytes) !== null;
}

function goodPoint(bytes) {
  const name = hex(bytes);
  if (!keys.has(name)) {
    const found = bytes.length === 32 ? decompress(bytes) : null;
    keys.set(name, found && !isSmallOrder(found) && isTorsionFree(found) ? found : null);
  }
  return keys.get(name);
}

export async function verify(key, message, signature) {
  if (signature.length !== 64 || !isKey(key)) return false;
  // Whether R is a point at all the equation says: it gives one.
  if (!mayEncodeLargeOrder(signature.subarray(0, 32))) return false;
  if (fromLittleEndian(signature.subarray(32)) >= ORDER) return false;
  return (await engineIsStrict()) ? engineVerify(key, message, signature) : ownVerify(key, message, signature);
}

// The equation itself, R byte-equal to the recomputed one.
export async function ownVerify(key, message, signature) {
  const R = signature.subarray(0, 32);
  const S = fromLittleEndian(signature.subarray(32));
  const k = fromLittleEndian(await sha512(R, key, message)) % ORDER;
  return equal(compress(combine(S, BASE, k, negate(goodPoint(key)))), R);
}

async function engineVerify(key, message, signature) {
  const imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', imported, signature, message);
}

// WebCrypto is faster. It is asked only if it is there and, tried once, takes a good signature and refuses one that
// differs from it in the torsion part of R alone: the one thing that is not checked above before it is asked.
let strict;
function engineIsStrict() {
  strict ??= (async () => {
    try {
      return (await engineVerify(...GOOD)) && !(await engineVerify(...WITH_TORSION));
    } catch {
      return false;
    }
  })();
  return strict;
}

const probe = (key, message, signature) => [fromHex(key), fromHex(message), fromHex(signature)];
// RFC 8032, section 7.1, test 2.
const GOOD = probe(
  '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  '72',
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
    '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
);
// C2SP/CCTV, `low_order_component_R`, `low_order_residue`: right with the cofactor only.
const WITH_TORSION = probe(
  'ef75b20e7540e3dff77404193652ba2bd13df99c1508eee1515e27ae25f28076',
  '65643235353139766563746f72732033',
  '36684ea91032ba5b1dbab2d02f4debc74c3327f2b3802e2e4d371aa42b12b56b' +
    '2d471882773a677af1e3824e757a33f8ddf7bbeaf3d28a09595eb8daa0d74a03',
);
