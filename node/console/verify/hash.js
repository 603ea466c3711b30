// SHA-256, and SHA-512 for Ed25519, by WebCrypto.
import { concat } from './bytes.js';

async function digest(algorithm, parts) {
  return new Uint8Array(await crypto.subtle.digest(algorithm, concat(...parts)));
}

export const sha256 = (...parts) => digest('SHA-256', parts);
export const sha512 = (...parts) => digest('SHA-512', parts);
