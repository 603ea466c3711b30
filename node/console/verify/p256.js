// ECDSA on P-256 with SHA-256, by WebCrypto; what section 3 asks beyond the standard is checked here.
import { number } from './bytes.js';

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

// Whether 65 bytes are an uncompressed point of the curve.
export function isKey(bytes) {
  if (bytes.length !== 65 || bytes[0] !== 4) return false;
  const x = number(bytes.subarray(1, 33));
  const y = number(bytes.subarray(33));
  return x < P && y < P && (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

// r ‖ s; a high s is refused.
export async function verify(key, message, signature) {
  if (signature.length !== 64 || !isKey(key)) return false;
  const r = number(signature.subarray(0, 32));
  const s = number(signature.subarray(32));
  if (r === 0n || r >= ORDER || s === 0n || s > ORDER / 2n) return false;
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const imported = await crypto.subtle.importKey('raw', key, curve, false, ['verify']);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, signature, message);
}
