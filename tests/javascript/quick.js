// For runs of many bundles that differ little: the engine's own functions without the way to another thread, and each
// signature checked once. What is decided stays with the verifier; its engine has tests of its own.
import { createHash } from 'node:crypto';
import { utf8 } from '../../node/console/verify/bytes.js';

export function beQuick() {
  const { subtle } = crypto;
  const importKey = subtle.importKey.bind(subtle);
  const verify = subtle.verify.bind(subtle);
  const replace = (name, value) => Object.defineProperty(subtle, name, { value, configurable: true });
  const checked = new Map();
  replace('digest', async (algorithm, bytes) => new Uint8Array(hash(algorithm.replace('-', ''), bytes)).buffer);
  replace('importKey', async (...words) => words);
  replace('verify', async (algorithm, words, signature, message) => {
    // Keys and signatures of one algorithm have one length each.
    const name = hash('SHA256', utf8(JSON.stringify(algorithm)), words[1], signature, message).latin1Slice();
    if (!checked.has(name)) checked.set(name, await verify(algorithm, await importKey(...words), signature, message));
    return checked.get(name);
  });
}

function hash(algorithm, ...parts) {
  const made = createHash(algorithm);
  for (const part of parts) made.update(part);
  return made.digest();
}
