// C2SP tlog-proof: that a leaf stands in a log. Specification, section 9.
import { decimal, fromBase64, fromUtf8, utf8 } from './bytes.js';
import { must } from './fault.js';
import { parseCheckpoint } from './notes.js';
import { isIncluded, leafHash } from './trees.js';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';

export const isTlogProof = (bytes) =>
  bytes.length >= FIRST_LINE.length && utf8(FIRST_LINE).every((byte, i) => bytes[i] === byte);

export function parseTlogProof(bytes) {
  const text = fromUtf8(bytes);
  const end = text.indexOf('\n\n');
  must(end >= 0, 'a tlog-proof without a checkpoint');
  const [first, ...lines] = text.slice(0, end).split('\n');
  must(first === FIRST_LINE, `the first line is not ‘${FIRST_LINE}’`);
  let extra = null;
  if (lines[0]?.startsWith('extra ')) {
    extra = fromBase64(lines.shift().slice('extra '.length));
    must(extra.length > 0, 'a line ‘extra’ without data');
  }
  const index = /^index (.*)$/.exec(lines.shift() ?? '');
  must(index, 'the line ‘index’ is missing');
  const proof = lines.map(fromBase64);
  must(
    proof.every((hash) => hash.length === 32),
    'a hash of other than 32 bytes',
  );
  const checkpoint = parseCheckpoint(utf8(text.slice(end + 2)));
  return { extra, index: decimal(index[1], 'the index'), proof, checkpoint };
}

export async function checkInclusion({ index, proof, checkpoint }, leaf) {
  const included = await isIncluded(index, checkpoint.size, await leafHash(leaf), checkpoint.root, proof);
  must(included, `the entry does not stand at index ${index} of the tree`);
}
