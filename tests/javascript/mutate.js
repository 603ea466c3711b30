// Bundles that differ a little from good ones: bytes turned, cut and moved, and parts left out, doubled and exchanged
// in files that still read.
import { concat } from '../../node/console/verify/bytes.js';
import { decode, encode } from '../../node/console/verify/wire.js';

// Mulberry32: one seed, one sequence.
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function mutate(bundle, seed) {
  const pick = random(seed);
  const sorts = [turnBit, setByte, cut, drop, double, inParts, inParts, inParts, inParts];
  return sorts[pick(sorts.length)](bundle, pick);
}

function turnBit(bundle, pick) {
  const bytes = bundle.slice();
  bytes[pick(bytes.length)] ^= 1 << pick(8);
  return bytes;
}

function setByte(bundle, pick) {
  const bytes = bundle.slice();
  bytes[pick(bytes.length)] = pick(256);
  return bytes;
}

const cut = (bundle, pick) => bundle.slice(0, pick(bundle.length));

function drop(bundle, pick) {
  const at = pick(bundle.length);
  return concat(bundle.subarray(0, at), bundle.subarray(at + 1 + pick(8)));
}

function double(bundle, pick) {
  const at = pick(bundle.length);
  const length = 1 + pick(64);
  return concat(bundle.subarray(0, at + length), bundle.subarray(at));
}

// Changes the message itself.
function inParts(bundle, pick) {
  const parts = decode('Bundle', bundle);
  changes[pick(changes.length)](parts, pick);
  return encode('Bundle', parts);
}

const lists = ['charters', 'statements', 'context', 'payloads'];
const some = (list, pick) => list[pick(list.length)];

function signatureLines(note, pick, change) {
  const [text, lines] = new TextDecoder().decode(note).split('\n\n');
  const kept = change(lines.split('\n').slice(0, -1), pick);
  return new TextEncoder().encode(`${text}\n\n${kept.map((line) => `${line}\n`).join('')}`);
}

const without = (list, at) => list.filter((_, i) => i !== at);
const leaveOne = (list, pick) => without(list, pick(list.length));
const doubleOne = (list, pick) => [...list, some(list, pick)];

const changes = [
  (parts, pick) => {
    const name = some(lists, pick);
    if (parts[name].length > 0) parts[name] = leaveOne(parts[name], pick);
  },
  (parts, pick) => {
    const name = some(lists, pick);
    if (parts[name].length > 0) parts[name] = doubleOne(parts[name], pick);
  },
  (parts, pick) => parts[some(lists, pick)].reverse(),
  (parts, pick) => (parts.checkpoint = signatureLines(parts.checkpoint, pick, leaveOne)),
  (parts, pick) => (parts.checkpoint = signatureLines(parts.checkpoint, pick, doubleOne)),
  (parts, pick) => {
    if (parts.before.length > 0) parts.before = signatureLines(parts.before, pick, leaveOne);
  },
  (parts) => (parts.before = new Uint8Array()),
  (parts) => (parts.before = parts.checkpoint),
  (parts) => {
    if (parts.before.length > 0) parts.checkpoint = parts.before;
  },
  (parts, pick) => {
    if (parts.context.length === 0) return;
    const at = pick(parts.context.length);
    [parts.entry, parts.context[at]] = [parts.context[at], parts.entry];
    parts.context.sort((a, b) => Number(a.index - b.index));
  },
  (parts, pick) => {
    if (parts.context.length === 0) return;
    const at = pick(parts.context.length);
    parts.entry = parts.context[at];
    parts.context = without(parts.context, at);
    if (pick(2) === 0) parts.payloads = [];
  },
  (parts, pick) => {
    for (const payload of parts.payloads) {
      if (pick(2) === 0) Object.assign(payload, { erased: true, payload: new Uint8Array(pick(2)) });
    }
  },
  (parts) => (parts.payloads = []),
  (parts, pick) => (parts.entry.index += BigInt(pick(3)) - 1n),
  (parts, pick) => (parts.entry.proof = leaveOne(parts.entry.proof, pick)),
  (parts, pick) => {
    const envelope = some(parts.charters, pick);
    if (envelope) envelope.signatures = leaveOne(envelope.signatures, pick);
  },
  (parts, pick) => (parts.format = pick(3)),
  (parts) => (parts.entry = undefined),
  (parts) => parts.charters.splice(1),
  (parts, pick) => {
    const envelope = some([...parts.charters, ...parts.statements], pick);
    if (envelope) envelope.body = turnBit(envelope.body, pick);
  },
  (parts, pick) => (parts.entry.leaf = turnBit(parts.entry.leaf, pick)),
];
