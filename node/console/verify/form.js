// Form: which leaves a log may begin with and go on with, and which key signs its checkpoints. Specification, section
// 8.1.
import { equal, hex } from './bytes.js';
import { isSignedBy } from './dsse.js';
import { must } from './fault.js';
import { LARGEST_LEAF, readEntry } from './entry.js';
import { keyId } from './keys.js';
import { LOG, signaturesBy } from './notes.js';
import { Role } from './schema.js';
import { leafHash, rootOf } from './trees.js';

export class Form {
  hashes = [];
  newest = 0n;
  logMandate = null;

  constructor(inForce, origin) {
    this.inForce = inForce;
    this.origin = origin;
  }

  get size() {
    return BigInt(this.hashes.length);
  }

  // The next leaf, or a fault.
  async push(leaf) {
    must(leaf.length >= 1 && leaf.length <= LARGEST_LEAF, `a leaf has 1 to ${LARGEST_LEAF} bytes`);
    const entry = await readEntry(leaf);
    const mandates = await this.#mandates(entry);
    if (this.size === 0n) must(mandates, 'entry 0 is no mandate of the log key by the root');
    if (this.size === 1n) this.#checkNaming(entry.naming);
    if (mandates) this.logMandate = entry.statement;
    if (entry.time !== null && entry.time > this.newest) this.newest = entry.time;
    this.hashes.push(await leafHash(leaf));
  }

  #checkNaming(naming) {
    must(naming, 'entry 1 names no charter version');
    const { epoch, authority, prefix, network } = this.origin;
    must(Boolean(naming.end) === epoch > 1, 'entry 1 names the end of the epoch before, exactly in an epoch above 1');
    if (!naming.end) return;
    const { end } = naming;
    const follows =
      end.epoch === epoch - 1 && end.authority === authority && end.prefix === prefix && end.network === network;
    must(follows, 'the predecessor is not the log of the epoch before');
  }

  // Whether an entry replaces the log key.
  async #mandates({ time, statement }) {
    if (!isLogMandate(statement, this.origin, this.inForce.network) || time < this.newest) return false;
    if (this.logMandate && statement.message.serial <= this.logMandate.message.serial) return false;
    const root = this.inForce.rootAt(this.origin, this.size);
    return root !== undefined && isSignedBy(statement, root);
  }

  // Whether a parsed checkpoint has the form of this log as it stands; else a fault.
  async check(checkpoint) {
    must(
      checkpoint.origin === this.origin.text && checkpoint.size === this.size,
      'a checkpoint of another log or size',
    );
    must(equal(checkpoint.root, await rootOf(this.hashes)), 'a checkpoint with another root');
    await checkLogSignature(checkpoint, this.logMandate, this.newest);
  }
}

export function isLogMandate(statement, origin, network) {
  const message = statement?.message;
  return message?.mandate?.role === Role.log && message.origin === origin.text && hex(message.network) === network;
}

export function reaches({ message: { mandate } }, time) {
  return mandate.not_before <= time && time < mandate.not_after;
}

// That the log key of a mandate, valid at the newest time of the log, signed.
export async function checkLogSignature(checkpoint, logMandate, newest) {
  must(reaches(logMandate, newest), 'the mandate of the log key does not reach to the newest entry');
  const lines = await logSignatures(checkpoint, logMandate);
  must(lines.length > 0, 'the log key did not sign the checkpoint');
}

export async function logSignatures(checkpoint, { message: { mandate } }) {
  return signaturesBy(checkpoint, { name: checkpoint.origin, type: LOG, key: mandate.key });
}

export const logKeyId = async ({ message: { mandate } }) => hex(await keyId(mandate.key));
