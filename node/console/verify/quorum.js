// Which witnesses a head needs and has. Specification, section 7.
import { hex } from './bytes.js';
import { cosignerName, originOf } from './names.js';
import { COSIGNATURE, signaturesBy } from './notes.js';
import { Role } from './schema.js';

// `named` is the charter version of the head. Gives what is needed, who cosigned when (in seconds), and the head's
// time.
export async function quorumOf(inForce, set, checkpoint, authority, named) {
  const witnesses = inForce.witnessesFor(authority, named);
  const needed = Math.ceil((2 * witnesses.length) / 3);
  const cosigned = [];
  for (const witness of witnesses) {
    const times = await cosignatures(inForce, set, checkpoint, witness);
    if (times.length > 0) cosigned.push({ authority: witness, time: times.reduce(earlier) });
  }
  const times = cosigned.map(({ time }) => time).sort((a, b) => (a < b ? -1 : 1));
  const time = times.length > 0 ? times[(times.length - 1) >> 1] : null;
  return { witnesses: witnesses.length, needed, cosigned, time, reached: cosigned.length >= needed };
}

const earlier = (a, b) => (b < a ? b : a);

// The times of the cosignatures by the key that was an authority's one live cosigner key then.
async function cosignatures(inForce, set, checkpoint, authority) {
  const name = cosignerName(originOf(inForce.prefix, inForce.network, authority, 1));
  const keys = new Map();
  for (const { message } of set.counting('mandate', authority)) {
    if (message.mandate.role === Role.cosigner) keys.set(hex(message.mandate.key), message.mandate.key);
  }
  const counted = [];
  for (const [id, key] of keys) {
    for (const { time } of await signaturesBy(checkpoint, { name, type: COSIGNATURE, key })) {
      const live = set.live(authority, Role.cosigner, time * 1000n)[0];
      if (live && hex(live.message.mandate.key) === id) counted.push(time);
    }
  }
  return counted;
}
