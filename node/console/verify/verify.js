// The verifier: a bundle or a tlog-proof against what is trusted. Specification, section 9.
import { hashFromText, hex } from './bytes.js';
import { links } from './bundle.js';
import { readEntry } from './entry.js';
import { Fault, fail } from './fault.js';
import { checkPolicy } from './policy.js';
import { report } from './report.js';
import { checkInclusion, isTlogProof, parseTlogProof } from './tlog-proof.js';

// `trusted`: `network` (as people write it; a fault when it is none), `policy` (read), `anchors` (`{ hash }` of a charter
// version, or a parsed checkpoint), `leaf` of a tlog-proof that does not carry it. Gives `outcome` ('valid', 'invalid',
// 'cannot-decide'), `link` and `reason` of the first that breaks, or `undecided`, a word for why; all `steps`; and
// `report`, what the file says.
export async function verify(bytes, trusted = {}) {
  const network = trusted.network && hex(hashFromText(trusted.network));
  const state = { bytes, trusted: { anchors: [], ...trusted, network } };
  return walk(state, isTlogProof(bytes) ? proofLinks : links);
}

async function walk(state, table) {
  const steps = Object.keys(table).map((link) => ({ link, state: 'not reached' }));
  for (const step of steps) {
    try {
      await table[step.link](state);
      step.state = 'holds';
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      Object.assign(step, { state: 'broken', reason: error.message });
      return { outcome: 'invalid', link: nameOf(step.link), reason: error.message, steps, state };
    }
  }
  const known = state.bundle ? await report(state) : state.proven;
  const undecided = undecidedBy(state);
  if (undecided)
    return { outcome: 'cannot-decide', undecided, reason: reasons[undecided](state), steps, state, report: known };
  return { outcome: 'valid', steps, state, report: known };
}

// The table of the specification has these links more than once.
const nameOf = (link) => ({ signature: 'checkpoint', reach: 'mandates', listed: 'mandates' })[link] ?? link;

function undecidedBy({ trusted: { network, policy, anchors }, proof, newer }) {
  if (proof && !policy) return 'needs-policy';
  if (proof && anchors.length > 0) return 'needs-bundle';
  if (!network && !policy) return 'nothing-trusted';
  return newer && 'newer';
}

const reasons = {
  'needs-policy': () => 'a tlog-proof is judged by a policy, and none was given',
  'needs-bundle': () => 'a tlog-proof cannot be held against something newer; a bundle can',
  'nothing-trusted': () => 'the chain holds, but no network id and no policy was given to hold it against',
  newer: ({ newer }) => newer,
};

const proofLinks = {
  async file(state) {
    state.proof = parseTlogProof(state.bytes);
    state.checkpoint = state.proof.checkpoint;
    state.leaf = state.trusted.leaf ?? state.proof.extra ?? fail('the proof does not carry its entry');
  },

  async inclusion(state) {
    await checkInclusion(state.proof, state.leaf);
    const { index, checkpoint } = state.proof;
    const { origin, size, root } = checkpoint;
    state.proven = { origin, index, size, root: hex(root), entry: await readEntry(state.leaf) };
  },

  async policy(state) {
    if (state.trusted.policy) state.proven.cosigned = await checkPolicy(state.trusted.policy, state.checkpoint);
  },
};
