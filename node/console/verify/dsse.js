// Signed envelopes. Specification, section 3.
import { concat, hex, utf8 } from './bytes.js';
import { fail, must } from './fault.js';
import { keyId, verifySignature } from './keys.js';
import { sha256 } from './hash.js';
import { decode, decodeWhole, encode } from './wire.js';

const KIB = 1024;
// Message to the name in its type, the largest body and the most signatures; no `most` where signatures are detached.
const kinds = {
  Charter: { name: 'charter', largest: 1024 * KIB, most: 30 },
  Statement: { name: 'statement', largest: 8 * KIB, most: 1 },
  Update: { name: 'update', largest: 15 * KIB, most: 8 },
  Possession: { name: 'possession', largest: KIB },
  RootRotation: { name: 'root-rotation', largest: 1024 * KIB },
  Grant: { name: 'grant', largest: 512 * KIB },
};

export function pae(type, body) {
  return concat(utf8(`DSSEv1 ${utf8(type).length} ${type} ${body.length} `), body);
}

export const signedBytes = (message, body) => pae(`application/vnd.liaison.${kinds[message].name}.v1+protobuf`, body);

// An envelope as a file of its own: read whole, then opened.
export async function readEnvelope(message, bytes, fewest = 1) {
  const { largest, most } = kinds[message];
  must(bytes.length <= largest + 128 * most, `an envelope of more than ${largest + 128 * most} bytes`);
  return openEnvelope(message, decodeWhole('Envelope', bytes), fewest);
}

// A decoded envelope with its body read: `message` is what the body says, `hash` the name of the object. The
// signatures are well-formed and not yet verified.
export async function openEnvelope(message, envelope, fewest = 1) {
  const { largest, most } = kinds[message];
  const { body, signatures } = envelope;
  must(body.length <= largest, `the body of a ${kinds[message].name} has more than ${largest} bytes`);
  must(signatures.length >= fewest && signatures.length <= most, `not ${fewest} to ${most} signatures`);
  must(
    signatures.every(({ key_id }) => key_id.length === 32),
    'a key id of other than 32 bytes',
  );
  must(new Set(signatures.map(({ key_id }) => hex(key_id))).size === signatures.length, 'two signatures by one key');
  return { type: message, body, signatures, hash: hex(await sha256(body)), message: decode(message, body) };
}

export const signedBy = (envelope) => envelope.signatures.map(({ key_id }) => hex(key_id));

// Whether the signature that `key` made in this envelope verifies; false when it made none.
export async function isSignedBy(envelope, key) {
  const id = hex(await keyId(key));
  const found = envelope.signatures.find(({ key_id }) => hex(key_id) === id);
  return found !== undefined && verifySignature(key, signedBytes(envelope.type, envelope.body), found.signature);
}

// A detached signature over the one encoding of a message.
export async function verifyDetached(message, value, key, signature) {
  const body = encode(message, value);
  if (body.length > kinds[message].largest)
    fail(`a ${kinds[message].name} of more than ${kinds[message].largest} bytes`);
  return verifySignature(key, signedBytes(message, body), signature);
}
