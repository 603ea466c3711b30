// Evidence: that a key signed two things that contradict each other. Specification, section 9.
import { equal, hex } from './bytes.js';
import { openCharter } from './charter.js';
import { isSignedBy, signedBy } from './dsse.js';
import { fail, must } from './fault.js';
import { keyId } from './keys.js';
import { cosignerName, originOf, parseOrigin } from './names.js';
import { COSIGNATURE, LOG, parseCheckpoint, signaturesBy } from './notes.js';
import { Role } from './schema.js';
import { checkMember } from './set.js';
import { openStatement } from './statement.js';
import { checkSigners } from './succession.js';
import { rootOfSubtrees, subtreeSizes } from './trees.js';
import { decodeWhole } from './wire.js';

const LARGEST = 16 * 1024 * 1024;

// What a piece convicts, `{ sort, name }`, or a fault. `statements` are those of the network that are held.
export async function readEvidence(bytes, inForce, statements) {
  must(bytes.length <= LARGEST, `evidence of more than ${LARGEST} bytes`);
  const { checkpoints, cosignatures, successors } = decodeWhole('Evidence', bytes);
  if (checkpoints) return proveCheckpoints(checkpoints, inForce, statements);
  if (cosignatures) return proveCosignatures(cosignatures, inForce, statements);
  return successors ? proveSuccessors(successors, inForce) : fail('evidence of nothing');
}

async function proveCheckpoints(contradiction, inForce, statements) {
  const [first, second] = await contradict(contradiction);
  const origin = parseOrigin(first.origin);
  const mandates = await mandatesFor(Role.log, contradiction, inForce, statements);
  const keys = ofAuthority(mandates, origin.authority).filter(({ message }) => message.origin === first.origin);
  const signers = [await signer(first, first.origin, LOG, keys), await signer(second, first.origin, LOG, keys)];
  must(signers[0] && signers[1], 'no key that the root mandated signed both');
  return { sort: 'checkpoints', name: `checkpoints ${first.origin} ${signers.sort().join(' ')}` };
}

async function proveCosignatures(contradiction, inForce, statements) {
  const [first, second] = await contradict(contradiction);
  parseOrigin(first.origin);
  const mandates = await mandatesFor(Role.cosigner, contradiction, inForce, statements);
  for (const { code } of inForce.newest.message.authorities) {
    const keys = ofAuthority(mandates, code);
    const name = cosignerName(originOf(inForce.prefix, inForce.network, code, 1));
    const both = (await signer(first, name, COSIGNATURE, keys)) && (await signer(second, name, COSIGNATURE, keys));
    if (both) return { sort: 'cosignatures', name: `cosignatures ${code} ${first.origin}` };
  }
  return fail('no authority cosigned both');
}

// The two notes, when no tree has both.
async function contradict({ first: one, second: other, subtrees }) {
  const [first, second] = [parseCheckpoint(one), parseCheckpoint(other)];
  must(first.origin === second.origin, 'two notes of two logs');
  must(first.size <= second.size, 'the first note is the larger one');
  if (first.size === second.size) {
    must(subtrees.length === 0, 'subtrees of equal sizes');
    must(!equal(first.root, second.root), 'two notes of one tree');
    return [first, second];
  }
  const below = subtreeSizes(0n, first.size);
  const sizes = [...below, ...subtreeSizes(first.size, second.size)];
  must(
    subtrees.length === sizes.length && subtrees.every((hash) => hash.length === 32),
    'not the subtrees of these sizes',
  );
  must(equal(await rootOfSubtrees(sizes, subtrees), second.root), 'the subtrees do not give the second root');
  const held = await rootOfSubtrees(below, subtrees.slice(0, below.length));
  must(!equal(held, first.root), 'the second tree continues the first');
  return [first, second];
}

// The mandates for a role that a root of their authority ever signed: those held, and those that come along, of which
// nothing else may be there.
async function mandatesFor(role, { mandates }, inForce, statements) {
  const found = statements.filter(({ message }) => message.mandate?.role === role);
  for (const envelope of mandates) {
    const statement = await openStatement(envelope);
    must(statement.message.mandate?.role === role, 'it brings along what is no such mandate');
    await checkMember(inForce, statement);
    found.push(statement);
  }
  return found;
}

const ofAuthority = (mandates, code) => mandates.filter(({ message }) => message.authority === code);

// The id of a key among these mandates that signed a note under a name.
async function signer(note, name, type, mandates) {
  for (const { message } of mandates) {
    const { key } = message.mandate;
    if ((await signaturesBy(note, { name, type, key })).length > 0) return hex(await keyId(key));
  }
  return null;
}

async function proveSuccessors({ first: one, second: other }, inForce) {
  must(one && other, 'one version alone');
  const [first, second] = [await openCharter(one), await openCharter(other)];
  must(first.hash !== second.hash, 'one version twice');
  const parent = hex(first.message.previous);
  const alike = parent === hex(second.message.previous) && first.message.round === second.message.round;
  must(alike, 'two versions of two rounds');
  const before = inForce.version(parent) ?? fail('no version before them is known');
  const council = before.message.council;
  for (const version of [first, second]) await checkSigners(version, [council, version.message.council]);
  const signers = [];
  for (const key of council) {
    const id = hex(await keyId(key));
    if (signedBy(first).includes(id) && signedBy(second).includes(id)) signers.push(id);
  }
  must(signers.length > 0, 'no council key signed both');
  return { sort: 'successors', name: `successors ${parent} ${signers.join(' ')}` };
}
