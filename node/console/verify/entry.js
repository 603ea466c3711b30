// One leaf of a log. Specification, sections 7 and 8.1.
import { hex } from './bytes.js';
import { fail, must, orNull } from './fault.js';
import { checkPosition } from './names.js';
import { openStatement } from './statement.js';
import { openUpdate } from './update.js';
import { decode } from './wire.js';

export const LARGEST_LEAF = 16384;

// `time` counts for the entries after it, null when there is none. `update` or `statement` is an opened envelope,
// `naming` a hash and perhaps a predecessor; with none of them the leaf cannot be read.
export async function readEntry(leaf) {
  const entry = await orNull(() => decode('Entry', leaf));
  if (entry === null || leaf.length > LARGEST_LEAF) return { time: null };
  return { time: entry.sequenced_at, ...(await orNull(() => content(entry))) };
}

async function content({ update, statement, charter }) {
  if (update) return { update: await openUpdate(update) };
  if (statement) return { statement: await openStatement(statement) };
  if (!charter) return fail('an entry without content');
  must(charter.hash.length === 32, 'the hash of a charter version has 32 bytes');
  const { predecessor } = charter;
  return { naming: { hash: hex(charter.hash), predecessor, end: predecessor && checkPosition(predecessor) } };
}

export const isReadable = ({ update, statement, naming }) => Boolean(update || statement || naming);
