// RFC 6962 trees and their proofs, verified as in RFC 9162. Specification, section 7. Sizes and indices are BigInt.
import { equal } from './bytes.js';
import { must } from './fault.js';
import { sha256 } from './hash.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (leaf) => sha256(LEAF, leaf);
export const nodeHash = (left, right) => sha256(NODE, left, right);

const isHash = (hash) => hash.length === 32;

// The root over leaf hashes.
export async function rootOf(hashes) {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0];
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return nodeHash(await rootOf(hashes.slice(0, split)), await rootOf(hashes.slice(split)));
}

export async function isIncluded(index, size, leaf, root, proof) {
  if (index >= size || ![leaf, root, ...proof].every(isHash)) return false;
  let [at, last, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      hash = await nodeHash(sibling, hash);
      for (; !(at & 1n) && at !== 0n; at >>= 1n) last >>= 1n;
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && equal(hash, root);
}

export async function isConsistent(from, to, rootFrom, rootTo, proof) {
  if (from > to || ![rootFrom, rootTo, ...proof].every(isHash)) return false;
  if (from === to) return proof.length === 0 && equal(rootFrom, rootTo);
  if (from === 0n) return proof.length === 0 && equal(rootFrom, await sha256());
  const path = (from & (from - 1n)) === 0n ? [rootFrom, ...proof] : proof;
  if (path.length === 0) return false;
  let [at, last] = [from - 1n, to - 1n];
  for (; at & 1n; at >>= 1n) last >>= 1n;
  let [old, now] = [path[0], path[0]];
  for (const hash of path.slice(1)) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      [old, now] = [await nodeHash(hash, old), await nodeHash(hash, now)];
      for (; !(at & 1n) && at !== 0n; at >>= 1n) last >>= 1n;
    } else {
      now = await nodeHash(now, hash);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && equal(old, rootFrom) && equal(now, rootTo);
}

// The sizes of the fewest complete subtrees that cover leaves `from` to `to`, left to right.
export function subtreeSizes(from, to) {
  const sizes = [];
  for (let at = from; at < to;) {
    let size = 1n;
    while (at % (size * 2n) === 0n && at + size * 2n <= to) size *= 2n;
    sizes.push(size);
    at += size;
  }
  return sizes;
}

// The root of a tree of which the complete subtrees, left to right, have `sizes` and `roots`.
export async function rootOfSubtrees(sizes, roots) {
  const total = sizes.reduce((sum, size) => sum + size, 0n);
  if (total === 0n) return sha256();
  if (sizes.length === 1) return roots[0];
  let half = 1n;
  while (half * 2n < total) half *= 2n;
  let [count, covered] = [0, 0n];
  while (covered < half) covered += sizes[count++];
  must(covered === half, 'subtrees that no tree has');
  return nodeHash(
    await rootOfSubtrees(sizes.slice(0, count), roots.slice(0, count)),
    await rootOfSubtrees(sizes.slice(count), roots.slice(count)),
  );
}
