// The links of a bundle, in order. Specification, section 9.
import { equal, hex } from './bytes.js';
import { Chain, InForce } from './chain.js';
import { openCharter } from './charter.js';
import { Effect, UNREADABLE } from './effect.js';
import { isReadable, readEntry } from './entry.js';
import { must } from './fault.js';
import { logKeyId, logSignatures, reaches } from './form.js';
import { parseOrigin } from './names.js';
import { parseCheckpoint } from './notes.js';
import { checkPolicy } from './policy.js';
import { quorumOf } from './quorum.js';
import { Records } from './records.js';
import { Action } from './schema.js';
import { StatementSet } from './set.js';
import { openStatement } from './statement.js';
import { isIncluded, leafHash } from './trees.js';
import { payloadDigest } from './update.js';
import { decodeWhole } from './wire.js';

const LARGEST = 84 * 1024 * 1024;

// Each link takes what those before it found (`state`), adds to it, and fails with what breaks it. `state.trusted` is
// what the verifier trusts: `network` (hex), `policy`, `anchors`.
export const links = {
  async file(state) {
    must(state.bytes.length <= LARGEST, `a bundle has at most ${LARGEST} bytes`);
    state.bundle = decodeWhole('Bundle', state.bytes);
    must(state.bundle.format === 1, `format ${state.bundle.format} is not 1`);
    must(state.bundle.whole, 'the file was cut short');
    must(state.bundle.entry, 'the file holds no entry');
    const { charters, statements, context, entry, payloads } = state.bundle;
    const hashes = [entry, ...context].flatMap(({ proof }) => proof);
    must(
      hashes.every((hash) => hash.length === 32),
      'a hash of a proof has other than 32 bytes',
    );
    state.versions = await opened(charters, openCharter);
    state.beside = await opened(statements, openStatement);
    const ascends = context.every(({ index }, i) => i === 0 || context[i - 1].index < index);
    must(
      ascends && context.every(({ index }) => index !== entry.index),
      'the context does not ascend, without the entry',
    );
    must(
      payloads.every(({ payload, erased }) => erased === (payload.length === 0)),
      'a payload is either here or erased',
    );
  },

  async network(state) {
    const [first] = state.versions;
    const { network } = state.trusted;
    must(!network || !first || network === first.hash, `the file is of network ${first?.hash}, not of ${network}`);
  },

  async charter(state) {
    must(state.versions.length > 0, 'the file holds no charter');
    const chain = new Chain();
    for (const version of state.versions)
      must(await chain.take(version), 'a charter version whose predecessor is not there');
    const versions = chain.inForce;
    must(versions.length === state.versions.length, 'a charter version that is not in force');
    state.inForce = new InForce(chain.network, versions);
  },

  async statements(state) {
    const hashes = new Set(state.inForce.carried.map(({ hash }) => hash));
    for (const { hash } of state.beside) {
      must(!hashes.has(hash), 'a statement stands twice, or the chain carries it');
      hashes.add(hash);
    }
    state.set = await StatementSet.of(state.inForce, state.beside);
  },

  async checkpoint(state) {
    state.checkpoint = parseCheckpoint(state.bundle.checkpoint);
    state.origin = parseOrigin(state.checkpoint.origin);
    const { prefix, network, authority, epoch } = state.origin;
    const here = prefix === state.inForce.prefix && network === state.inForce.network.slice(0, 32);
    must(here, 'the checkpoint is of a log of another network');
    const listed = state.inForce.authority(authority);
    must(listed && epoch <= listed.epoch, `the charter knows no log ${state.origin.text}`);
    if (state.trusted.policy) await checkPolicy(state.trusted.policy, state.checkpoint);
  },

  async inclusion(state) {
    const { entry, context } = state.bundle;
    state.leaves = [entry, ...context].sort((a, b) => (a.index < b.index ? -1 : 1));
    const { size, root } = state.checkpoint;
    for (const { index, leaf, proof } of state.leaves) {
      must(
        await isIncluded(index, size, await leafHash(leaf), root, proof),
        `entry ${index} does not stand in the tree`,
      );
    }
  },

  // Folds what is shown. A fault of the entry that is proven is left to its own link.
  async mandates(state) {
    await fold(state);
    if (!hasEffect(state.verdict)) return;
    must(state.effect.logMandates[0]?.index === 0n, 'entry 0, the first mandate of the log key, is not shown');
    state.head = await headOf(state, state.checkpoint);
  },

  async entry(state) {
    const { verdict, detail } = state.verdict;
    must(hasEffect(state.verdict), `the entry has no effect: ${detail ?? verdict}`);
  },

  async signature(state) {
    await checkSigned(state, state.head);
  },

  async reach({ head }) {
    must(reaches(head.logMandate, head.newest), 'the mandate of the log key does not reach to the newest entry');
  },

  async quorum(state) {
    state.quorum = await checkQuorum(state, state.head);
  },

  async payload(state) {
    const { payloads } = state.bundle;
    must(
      payloads.every(({ change }, i) => i === 0 || payloads[i - 1].change < change),
      'the payloads do not ascend',
    );
    const changes = state.entry.update?.message.changes ?? [];
    state.payloads = changes.map(({ action }) => (action === Action.put ? 'absent' : null));
    for (const { change, payload, erased } of payloads) {
      must(changes[change]?.action === Action.put, 'a payload of something that is no put');
      const { record, size, digest } = changes[change];
      if (!erased) {
        must(BigInt(payload.length) === size, `the payload of ${record} has another size than was signed`);
        must((await payloadDigest(payload)) === hex(digest), `the payload of ${record} is not the one signed`);
      }
      state.payloads[change] = erased ? 'erased' : 'verified';
    }
    const partly = state.payloads.includes('erased') && state.payloads.includes('absent');
    must(!partly, 'a payload is marked erased and another is neither here nor marked');
  },

  async before(state) {
    if (state.bundle.before.length === 0) return;
    const before = parseCheckpoint(state.bundle.before);
    must(before.origin === state.origin.text, 'a head of another log');
    must(before.size <= state.bundle.entry.index, 'it covers the entry');
    const head = await headOf(state, before);
    must(reaches(head.logMandate, head.newest), 'the mandate of its log key does not reach to its newest entry');
    await checkSigned(state, head);
    state.before = await checkQuorum(state, head);
  },

  async listed(state) {
    state.rank = rankShown(state);
    must(state.rank, `the charter version named does not list ${state.origin.text}`);
  },

  // What neither reaches nor contradicts the file leaves the answer open.
  async anchor(state) {
    const { origin, size, root } = state.checkpoint;
    for (const anchor of state.trusted.anchors) {
      if (anchor.hash) {
        if (!state.inForce.version(anchor.hash)) state.newer = `charter version ${anchor.hash} is not in the file`;
      } else if (anchor.origin !== origin || anchor.size !== size) {
        state.newer = `the checkpoint of ${anchor.origin} at size ${anchor.size} is not that of the file`;
      } else {
        must(equal(anchor.root, root), `another tree of size ${size} than the one trusted`);
      }
    }
  },
};

async function opened(envelopes, open) {
  const all = [];
  for (const envelope of envelopes) all.push(await open(envelope));
  return all;
}

// Judges what is shown, by rising index, as far as the entry has effect. One that cannot be read is not waited for.
async function fold(state) {
  state.effect = new Effect(state.inForce, state.set, state.origin, new Records({ given: true }));
  state.times = [];
  state.entry = await readEntry(state.bundle.entry.leaf);
  state.verdict = isReadable(state.entry) ? null : UNREADABLE;
  for (const shown of state.leaves) {
    if (state.verdict && !hasEffect(state.verdict)) return;
    await judge(state, shown);
  }
}

async function judge(state, shown) {
  const { effect, bundle } = state;
  const { index, leaf } = shown;
  const entry = await readEntry(leaf);
  const proven = shown === bundle.entry;
  must(proven || !entry.update, `entry ${index} is an update, and not the one that is proven`);
  state.times.push({ index, time: entry.time ?? 0n });
  let verdict = await effect.judge(index, leaf);
  if (effect.stopped)
    verdict = { verdict: 'not judged', detail: 'it is of a format level above the one that is known here' };
  if (proven) state.verdict = verdict;
  else must(hasEffect(verdict), `entry ${index} has no effect: ${verdict.detail ?? verdict.verdict}`);
}

const hasEffect = ({ verdict }) => verdict !== 'void' && verdict !== 'redacted' && verdict !== 'not judged';

// The rank by the version named at the entry, or by the first above it.
function rankShown({ inForce, origin, effect, bundle }) {
  const { index } = bundle.entry;
  const [first] = effect.namings;
  const named = effect.namings.filter((naming) => naming.index <= index).at(-1) ?? first;
  return inForce.rankAt(origin, named.version, index);
}

// What is shown below the size of a checkpoint: its log key, the charter version it is under, its newest time.
async function headOf({ effect, times }, checkpoint) {
  const below = ({ index }) => index < checkpoint.size;
  const logMandate = effect.logMandates.filter(below).at(-1)?.statement;
  must(logMandate, 'no mandate of a log key is shown below it');
  const newest = times.filter(below).reduce((max, { time }) => (time > max ? time : max), 0n);
  return { checkpoint, logMandate, newest, named: effect.namings.filter(below).at(-1)?.version };
}

async function checkSigned({ inForce, set, origin }, { checkpoint, logMandate, named }) {
  must((await logSignatures(checkpoint, logMandate)).length > 0, 'the log key did not sign it');
  if (named && inForce.witnessesFor(origin.authority, named).length > 0) return;
  const { end } = set.endsOf(origin, await logKeyId(logMandate));
  must(end === null || checkpoint.size <= end, `the log key ends at size ${end}`);
}

async function checkQuorum({ inForce, set, origin }, { checkpoint, named }) {
  must(named, 'no charter version in force is named below it');
  const quorum = await quorumOf(inForce, set, checkpoint, origin.authority, named);
  must(
    quorum.reached,
    `${quorum.cosigned.length} of ${quorum.witnesses} witnesses cosigned, ${quorum.needed} are needed`,
  );
  must(checkpoint.signatures.length === 1 + quorum.cosigned.length, 'a signature line that does not count');
  return quorum;
}
