// C2SP signed notes. Specification, section 7.
import { concat, decimal, equal, fromBase64, fromHex, fromUtf8, number, utf8 } from './bytes.js';
import { fail, must } from './fault.js';
import { ED25519, checkEd25519, verifySignature } from './keys.js';
import { sha256 } from './hash.js';

const LARGEST = 131072;
const MOST_SIGNATURES = 128;
export const LOG = 1;
export const COSIGNATURE = 4;

// The text of a note (its last newline included) and its signature lines.
export function parseNote(bytes) {
  must(bytes.length <= LARGEST, `a note of more than ${LARGEST} bytes`);
  const note = fromUtf8(bytes);
  must(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(note), 'a note with a control character');
  const split = note.lastIndexOf('\n\n');
  must(
    split >= 0 && note.endsWith('\n'),
    'no note: an empty line divides text and signatures, and each ends with a newline',
  );
  const lines = note
    .slice(split + 2)
    .split('\n')
    .slice(0, -1);
  must(
    lines.length >= 1 && lines.length <= MOST_SIGNATURES,
    `a note without signatures, or with more than ${MOST_SIGNATURES}`,
  );
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const found = /^— (\P{White_Space}+) ([A-Za-z0-9+/=]+)$/u.exec(line);
  must(found && isName(found[1]), 'a line that is no signature');
  const content = fromBase64(found[2]);
  must(content.length > 4, 'a signature line without a signature');
  return { line, name: found[1], keyHash: content.subarray(0, 4), signature: content.subarray(4) };
}

// Not empty, without Unicode spaces and without plus.
const isName = (name) => /^[^\p{White_Space}+]+$/u.test(name);

// The first 4 bytes of SHA-256(name ‖ 0a ‖ type ‖ key); `key` has its algorithm byte in front.
export async function keyHash(name, type, key) {
  return (await sha256(utf8(name), Uint8Array.of(10, type), key.subarray(1))).subarray(0, 4);
}

// A verifier key `name+hash+key`: name, type and the key with its algorithm byte.
export async function parseVerifier(text) {
  const [name, hash, ...rest] = text.split('+');
  must(isName(name ?? '') && /^[0-9a-f]{8}$/.test(hash ?? '') && rest.length > 0, `‘${text}’ is no verifier key`);
  const content = fromBase64(rest.join('+'));
  const type = content[0];
  must(type === LOG || type === COSIGNATURE, `‘${name}’: a type of key that is not known`);
  const verifier = { name, type, key: concat(Uint8Array.of(ED25519), content.subarray(1)) };
  checkEd25519(verifier.key, `the key of ‘${name}’`);
  must(equal(await keyHash(name, type, verifier.key), fromHex(hash)), `‘${name}’: the key hash does not fit the key`);
  return verifier;
}

// The lines by a verifier, `{ name, type, key }`: of a cosigner with their `time` in seconds. One that is wrong spoils
// the note.
export async function signaturesBy(note, verifier) {
  const expected = await keyHash(verifier.name, verifier.type, verifier.key);
  const found = [];
  for (const line of note.signatures) {
    if (line.name !== verifier.name || !equal(line.keyHash, expected)) continue;
    const time = await (verifier.type === LOG ? logSignature : cosignature)(note, verifier.key, line);
    found.push({ line, time });
  }
  return found;
}

async function logSignature(note, key, { name, signature }) {
  if (!(await verifySignature(key, utf8(note.text), signature))) fail(`the signature by ‘${name}’ is wrong`);
}

async function cosignature(note, key, { name, signature }) {
  must(signature.length === 72, `the cosignature by ‘${name}’ has other than 72 bytes`);
  const time = number(signature.subarray(0, 8));
  must(time < 2n ** 63n, `the time of the cosignature by ‘${name}’ is too large`);
  const message = utf8(`cosignature/v1\ntime ${time}\n${note.text}`);
  if (!(await verifySignature(key, message, signature.subarray(8)))) fail(`the cosignature by ‘${name}’ is wrong`);
  return time;
}

// A checkpoint: origin, size and root, and nothing else.
export function parseCheckpointText(text) {
  const lines = text.split('\n');
  must(lines.length === 4 && lines[3] === '', 'a checkpoint has three lines');
  must(lines[0] !== '', 'a checkpoint without an origin');
  const size = decimal(lines[1], 'the size of the checkpoint');
  const root = fromBase64(lines[2]);
  must(root.length === 32, 'the root of a checkpoint has 32 bytes');
  return { origin: lines[0], size, root };
}

export function parseCheckpoint(bytes) {
  const note = parseNote(bytes);
  return { ...note, ...parseCheckpointText(note.text) };
}
