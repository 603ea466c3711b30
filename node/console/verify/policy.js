// C2SP tlog-policy: which logs and which witnesses a verifier trusts. Specification, section 9.
import { decimal, fromUtf8, hex } from './bytes.js';
import { fail, must } from './fault.js';
import { COSIGNATURE, LOG, parseVerifier, signaturesBy } from './notes.js';

const LARGEST = 262144;
const MOST = 256;

export async function readPolicy(bytes) {
  must(bytes.length <= LARGEST, `a policy of more than ${LARGEST} bytes`);
  must(
    bytes.every((byte) => byte === 9 || byte === 10 || (byte >= 32 && byte !== 127)),
    'a policy with a control character',
  );
  const policy = { logs: [], witnesses: [], groups: [], names: new Map(), members: new Set(), quorum: undefined };
  must(bytes.length === 0 || bytes.at(-1) === 10, 'the last line of the policy has no newline');
  for (const line of split(bytes)) {
    if (/^[ \t]*(#|$)/.test(octets(line))) continue;
    const items = fromUtf8(line)
      .split(/[ \t]+/)
      .filter((item) => item !== '');
    const read = (Object.hasOwn(lines, items[0]) && lines[items[0]]) || fail(`a policy has no line ‘${items[0]}’`);
    await read(policy, items.slice(1));
  }
  must(policy.quorum !== undefined, 'a policy without a quorum');
  return policy;
}

// Comments may hold any bytes; what is read is UTF-8.
const octets = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

function split(bytes) {
  const ends = [...bytes.keys()].filter((i) => bytes[i] === 10);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1] + 1, end));
}

async function verifier(text, type, list) {
  const found = await parseVerifier(text);
  must(found.type === type, `the key of ‘${found.name}’ is for something else`);
  must(!list.some(({ key }) => hex(key) === hex(found.key)), `the key of ‘${found.name}’ stands twice`);
  must(list.length < MOST, `more than ${MOST} logs, or witnesses`);
  list.push(found);
  return found;
}

function define(policy, name, meaning) {
  must(name !== 'none' && !policy.names.has(name), `‘${name}’ is defined twice`);
  policy.names.set(name, meaning);
}

const lines = {
  async log(policy, items) {
    must(items.length === 1 || items.length === 2, 'a line ‘log’ has a key and perhaps an address');
    await verifier(items[0], LOG, policy.logs);
  },

  async witness(policy, items) {
    must(items.length === 2 || items.length === 3, 'a line ‘witness’ has a name, a key and perhaps an address');
    define(policy, items[0], { witness: await verifier(items[1], COSIGNATURE, policy.witnesses) });
  },

  group(policy, [name, count, ...members]) {
    must(members.length > 0, 'a group without members');
    for (const member of members) {
      must(policy.names.has(member), `‘${member}’ is not defined`);
      must(!policy.members.has(member), `‘${member}’ is a member twice`);
      policy.members.add(member);
    }
    const words = { any: 1n, all: BigInt(members.length) };
    const needed = Object.hasOwn(words, count) ? words[count] : decimal(count, 'the number of a group');
    must(needed >= 1n && needed <= BigInt(members.length), 'a group that needs more members than it has, or none');
    must(policy.groups.length < MOST, `more than ${MOST} groups`);
    policy.groups.push(name);
    define(policy, name, { needed, members });
  },

  quorum(policy, items) {
    must(items.length === 1, 'a line ‘quorum’ has one name');
    must(policy.quorum === undefined, 'a policy with two quorums');
    must(items[0] === 'none' || policy.names.has(items[0]), `‘${items[0]}’ is not defined`);
    [policy.quorum] = items;
  },
};

// Whether a parsed checkpoint satisfies the policy, else a fault. Gives the names of the witnesses who cosigned.
export async function checkPolicy(policy, checkpoint) {
  let signed = false;
  for (const log of policy.logs.filter(({ name }) => name === checkpoint.origin)) {
    if ((await signaturesBy(checkpoint, log)).length > 0) signed = true;
  }
  must(signed, 'no log of the policy signed the checkpoint');
  const cosigned = new Set();
  for (const witness of policy.witnesses) {
    if ((await signaturesBy(checkpoint, witness)).length > 0) cosigned.add(witness);
  }
  const witnessed = (name) => {
    const { witness, needed, members } = policy.names.get(name);
    return witness ? cosigned.has(witness) : BigInt(members.filter(witnessed).length) >= needed;
  };
  must(policy.quorum === 'none' || witnessed(policy.quorum), 'too few witnesses of the policy cosigned');
  return [...cosigned].map(({ name }) => name);
}
