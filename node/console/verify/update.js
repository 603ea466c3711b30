// One update and its payloads: their form. Specification, section 6.
import { hex, utf8 } from './bytes.js';
import { openEnvelope, readEnvelope } from './dsse.js';
import { must } from './fault.js';
import { sha256 } from './hash.js';
import { isRecord, parseOrigin } from './names.js';
import { Action, Audience, nameOf } from './schema.js';
import { decode } from './wire.js';

export const SALT = 32;
const LARGEST_PAYLOAD = 1048576n;
const MOST_CHANGES = 64;

export const readUpdate = async (bytes) => checked(await readEnvelope('Update', bytes));
export const openUpdate = async (envelope) => checked(await openEnvelope('Update', envelope));

function checked(envelope) {
  const { origin, changes } = envelope.message;
  parseOrigin(origin);
  must(changes.length >= 1 && changes.length <= MOST_CHANGES, `not 1 to ${MOST_CHANGES} changes`);
  must(new Set(changes.map(({ record }) => record)).size === changes.length, 'a record is changed twice');
  changes.forEach(checkChange);
  return envelope;
}

function checkChange({ action, record, previous, audience, digest, size }) {
  must(nameOf(Action, action), 'an action that is not known');
  must(isRecord(record), `‘${record}’ is no name of a record`);
  must(!previous || previous.leaf_hash.length === 32, `${record}: previous has a leaf hash of other than 32 bytes`);
  if (action === Action.put) {
    must(nameOf(Audience, audience), `${record}: an audience that is not known`);
    must(digest.length === 32, `${record}: a digest of other than 32 bytes`);
    must(size > BigInt(SALT) && size <= LARGEST_PAYLOAD, `${record}: a payload has 33 to ${LARGEST_PAYLOAD} bytes`);
  } else {
    must(audience === 0 && digest.length === 0 && size === 0n, `${record}: only a put names a payload`);
  }
}

// The digest by which a change names a payload, salt included.
export async function payloadDigest(payload) {
  return hex(await sha256(utf8('liaison/payload/v1\0'), payload));
}

// What a payload says: the message behind its salt.
export const readPayload = (payload) => decode('Payload', payload.subarray(SALT));
