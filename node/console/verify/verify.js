// The verifier: a bundle or a tlog-proof against what is trusted. Specification, section 9.
import { hex } from './bytes.js';
import { inOrder, links } from './bundle.js';
import { readEntry } from './entry.js';
import { Fault, fail, must, orNull } from './fault.js';
import { checkPolicy } from './policy.js';
import { report } from './report.js';
import { checkInclusion, isTlogProof, parseTlogProof } from './tlog-proof.js';

// `trusted`: `network` (64 hex digits), `policy` (read), `anchors` (`{ hash }` of a charter version, or a parsed
// checkpoint), `leaf` of a tlog-proof that does not carry it. Gives `outcome` ('valid', 'invalid', 'cannot-decide'),
// `link` and `reason` of the first that breaks, all `steps`, and what is proven as `report`.
export async function verify(bytes, trusted = {}) {
  const state = { bytes, trusted: { anchors: [], ...trusted } };
  return isTlogProof(bytes) ? walk(state, proofLinks, Object.keys(proofLinks)) : walk(state, links, inOrder);
}

async function walk(state, table, order) {
  const steps = order.map((link) => ({ link, state: 'not reached' }));
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
  const undecided = undecidedBy(state);
  const known = state.bundle ? await report(state) : state.proven;
  return { outcome: undecided ? 'cannot-decide' : 'valid', reason: undecided, steps, state, report: known };
}

// The table of the specification has `checkpoint` twice.
const nameOf = (link) => (link === 'signature' ? 'checkpoint' : link);

function undecidedBy({ trusted: { network, policy }, newer }) {
  return network || policy ? newer : 'nothing that is trusted was given to hold it against';
}

const proofLinks = {
  async file(state) {
    state.proof = parseTlogProof(state.bytes);
    state.checkpoint = state.proof.checkpoint;
    state.leaf = state.trusted.leaf ?? state.proof.extra ?? fail('the proof does not carry its entry');
    must(!state.trusted.anchors.length, 'an anchor is for bundles');
  },

  async inclusion(state) {
    await checkInclusion(state.proof, state.leaf);
    const { index, checkpoint } = state.proof;
    state.proven = { origin: checkpoint.origin, index, size: checkpoint.size, entry: await orNull(() => readEntry(state.leaf)) };
    state.proven.root = hex(checkpoint.root);
  },

  // A network id says nothing of a tlog-proof: only a policy is asked.
  async policy(state) {
    state.trusted.network = undefined;
    if (state.trusted.policy) state.proven.cosigned = await checkPolicy(state.trusted.policy, state.checkpoint);
  },
};
