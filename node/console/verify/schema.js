// The messages of protocol/proto/liaison/v1 that a verifier reads: field number to name and type. `[]` after a type
// means repeated, `?` that a default written out is told from an absent field, `|` that the field is a member of the
// message's one choice (`oneof`). A type that is none of protobuf's own is a message.
const definitions = {
  Envelope: { 1: 'body bytes', 2: 'signatures Signature[]' },
  Signature: { 1: 'key_id bytes', 2: 'signature bytes' },
  Position: { 1: 'origin string', 2: 'size uint64', 3: 'root bytes' },

  Charter: {
    1: 'version uint64', 2: 'previous bytes', 3: 'round uint32', 4: 'name string', 5: 'prefix string',
    6: 'format_level uint32', 7: 'created_at uint64', 8: 'council bytes[]', 9: 'authorities Authority[]',
    10: 'orders Order[]',
  },
  Authority: {
    1: 'code string', 2: 'standing enum', 3: 'epoch uint32', 4: 'root bytes', 5: 'witness bool',
    6: 'condition enum', 7: 'lowered_at Position', 8: 'root_changes RootChange[]', 9: 'statements Envelope[]',
  },
  RootChange: {
    1: 'previous_root bytes', 2: 'previous_epoch uint32', 3: 'epoch uint32', 4: 'from_size uint64',
    5: 'signature bytes', 6: 'kept bytes[]',
  },
  RootRotation: {
    1: 'network bytes', 2: 'authority string', 3: 'epoch uint32', 4: 'root bytes', 5: 'from_size uint64',
    6: 'kept bytes[]',
  },

  Statement: {
    1: 'network bytes', 2: 'authority string', 3: 'serial uint64', 4: 'origin string', 5: 'mandate Mandate|',
    6: 'revocation Revocation|', 7: 'rules Rules|', 8: 'order Order|', 9: 'cancel Cancel|',
  },
  Mandate: {
    1: 'key bytes', 2: 'role enum', 3: 'scope Scope[]', 4: 'not_before uint64', 5: 'not_after uint64',
    6: 'function string', 7: 'possession bytes',
  },
  Scope: { 1: 'kind string', 2: 'action enum' },
  Possession: { 1: 'network bytes', 2: 'authority string', 3: 'origin string', 4: 'role enum', 5: 'key bytes' },
  Revocation: {
    1: 'key_id bytes', 2: 'reason enum', 3: 'at Position', 4: 'compromised_since uint64', 5: 'time uint64',
  },
  Rules: { 1: 'rules Rule[]', 2: 'quarantine_hours uint32?' },
  Rule: { 1: 'kind string', 2: 'action enum', 3: 'administrators uint32' },
  Order: { 1: 'origin string', 2: 'index uint64', 3: 'change uint32', 4: 'measure enum' },
  Cancel: { 1: 'origin string', 2: 'index uint64', 3: 'change uint32' },

  Update: { 1: 'origin string', 2: 'created_at uint64', 3: 'changes Change[]' },
  Change: {
    1: 'action enum', 2: 'record string', 3: 'previous Previous', 4: 'audience enum', 5: 'digest bytes',
    6: 'size uint64',
  },
  Previous: { 1: 'epoch uint32', 2: 'index uint64', 3: 'leaf_hash bytes' },
  Payload: { 1: 'media_type string', 2: 'record bytes', 3: 'attachments Attachment[]' },
  Attachment: { 1: 'digest bytes', 2: 'size uint64', 3: 'name string' },
  Entry: { 1: 'sequenced_at uint64', 2: 'update Envelope|', 3: 'statement Envelope|', 4: 'charter Naming|' },
  Naming: { 1: 'hash bytes', 2: 'predecessor Position' },

  Request: {
    1: 'network bytes', 2: 'authority string', 3: 'epoch uint32', 4: 'prefix string', 5: 'keys RequestedKey[]',
  },
  RequestedKey: { 1: 'role enum', 2: 'key bytes', 3: 'possession bytes' },
  Grant: {
    1: 'request bytes', 2: 'authority string', 3: 'epoch uint32', 4: 'root bytes', 5: 'statements Envelope[]',
    6: 'signature bytes',
  },

  Bundle: {
    1: 'format uint32', 2: 'charters Envelope[]', 3: 'statements Envelope[]', 4: 'checkpoint bytes', 5: 'entry Leaf',
    6: 'context Leaf[]', 7: 'payloads HeldPayload[]', 8: 'before bytes', 15: 'whole bool',
  },
  Leaf: { 1: 'index uint64', 2: 'leaf bytes', 3: 'proof bytes[]' },
  HeldPayload: { 1: 'change uint32', 2: 'payload bytes', 3: 'erased bool' },
  Evidence: { 1: 'checkpoints Contradiction|', 2: 'cosignatures Contradiction|', 3: 'successors Rivals|' },
  Contradiction: { 1: 'first bytes', 2: 'second bytes', 3: 'subtrees bytes[]', 4: 'mandates Envelope[]' },
  Rivals: { 1: 'first Envelope', 2: 'second Envelope' },
};

const VARINTS = { bool: 1n, enum: 2n ** 31n - 1n, uint32: 2n ** 32n - 1n, uint64: 2n ** 64n - 1n };

function field(number, definition) {
  const [, name, type, mark] = /^(\w+) (\w+)(\[\]|\?|\|)?$/.exec(definition);
  return {
    number: Number(number),
    name,
    type,
    largest: VARINTS[type],
    wireType: type in VARINTS ? 0 : 2,
    message: /^[A-Z]/.test(type),
    repeated: mark === '[]',
    presence: mark === '?',
    choice: mark === '|',
  };
}

// Message name to its fields by number, in ascending order.
export const schema = Object.fromEntries(
  Object.entries(definitions).map(([message, fields]) => [
    message,
    new Map(Object.entries(fields).map(([number, definition]) => [Number(number), field(number, definition)])),
  ]),
);

export const Standing = { member: 1, secretariat: 2, partner: 3, observer: 4 };
export const Condition = { good: 0, suspended: 1, withdrawn: 2 };
export const Role = { log: 1, cosigner: 2, node: 3, administrator: 4, sealing: 5 };
export const Reason = { retired: 1, compromised: 2 };
export const Measure = { redact: 1, erase: 2 };
export const Action = { put: 1, withdraw: 2, erase: 3, cancel: 4 };
export const Audience = { CLEAR: 1, GREEN: 2, AMBER: 3, RED: 4 };

// The name of a value of one of these, or undefined.
export const nameOf = (values, value) => Object.keys(values).find((name) => values[name] === value);
