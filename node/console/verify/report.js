// What a bundle proves, as data. Specification, section 9.
import { hex } from './bytes.js';
import { signedBy } from './dsse.js';
import { logKeyId } from './form.js';
import { Action, Audience, Standing, nameOf } from './schema.js';
import { sortOf } from './statement.js';

export async function report(state) {
  const { inForce, origin, checkpoint, quorum, head, verdict, before } = state;
  const rank = verdict.rank ?? state.rank;
  return {
    network: inForce.network,
    network_name: inForce.newest.message.name,
    charter_versions: inForce.versions.length,
    authority: origin.authority,
    standing: nameOf(Standing, rank.standing),
    root_replaced_by_council: inForce.authority(origin.authority).root_changes.some(replacedByCouncil),
    origin: origin.text,
    index: state.bundle.entry.index,
    size: checkpoint.size,
    log_key: await logKeyId(head.logMandate),
    sequenced_at: state.entry.time,
    disputed: verdict.verdict === 'disputed',
    quorum: { needed: quorum.needed, witnesses: quorum.witnesses, cosigned: quorum.cosigned },
    witnessed: quorum.time === null ? null : [before?.time ?? null, quorum.time],
    entry: entryOf(state),
  };
}

const replacedByCouncil = ({ signature }) => signature.length === 0;

function entryOf({ entry, effect, payloads }) {
  if (entry.naming) return { type: 'naming', charter: entry.naming.hash };
  if (entry.statement)
    return { type: 'statement', sort: sortOf(entry.statement.message), statement: entry.statement.message };
  const { created_at, changes } = entry.update.message;
  return {
    type: 'update',
    created_at,
    signers: signedBy(entry.update).map((key) => {
      const { mandate, index } = effect.administrators.get(key);
      return { key, function: mandate.function, mandate: index };
    }),
    changes: changes.map(({ action, record, audience, digest }, i) => ({
      action: nameOf(Action, action),
      record,
      audience: audience ? `TLP:${nameOf(Audience, audience)}` : null,
      digest: digest.length > 0 ? hex(digest) : null,
      payload: payloads[i],
    })),
  };
}

// What a bundle does not prove, as keys of texts.
export function notProven({ witnessed }) {
  const always = ['later', 'left-out', 'between', 'further', 'council'];
  return witnessed?.[0] == null ? [...always, 'earlier'] : always;
}
