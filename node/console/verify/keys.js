// Public keys (algorithm byte and key), their ids, and one rule for signatures. Specification, section 3.
import { must } from './fault.js';
import * as ed25519 from './ed25519.js';
import * as p256 from './p256.js';
import { sha256 } from './hash.js';

export const ED25519 = 1;
export const P256 = 2;
const algorithms = { [ED25519]: ed25519, [P256]: p256 };

export function checkKey(key, what) {
  const algorithm = algorithms[key[0]];
  must(algorithm, `${what} is no key: its algorithm is not known`);
  must(algorithm.isKey(key.subarray(1)), `${what} is no good key`);
}

export function checkEd25519(key, what) {
  must(key[0] === ED25519, `${what} is no Ed25519 key`);
  checkKey(key, what);
}

export const keyId = (key) => sha256(key);

export async function verifySignature(key, message, signature) {
  const algorithm = algorithms[key[0]];
  return algorithm !== undefined && algorithm.verify(key.subarray(1), message, signature);
}
