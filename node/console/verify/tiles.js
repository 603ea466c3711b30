// Paths and shapes of C2SP tlog-tiles. Specification, section 7.
import { decimal } from './bytes.js';
import { must } from './fault.js';

const HEIGHT = 8n;
const WIDTH = 256n;

// `tile/<level>/<index>` or `tile/entries/<index>`, partial or not; `level` is absent for entries.
export function parseTilePath(path) {
  const found = /^tile\/(entries|[0-9]+)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]+))?$/.exec(path);
  must(found, `‘${path}’ is no path of a tile`);
  const groups = found[2].replaceAll('x', '').split('/');
  must(groups.length === 1 || groups[0] !== '000', `‘${path}’ has a group too many`);
  const index = BigInt(groups.join(''));
  must(index < 2n ** 64n, `‘${path}’ has too large an index`);
  const width = found[3] === undefined ? WIDTH : decimal(found[3], 'the width');
  must(width >= 1n && (found[3] === undefined || width < WIDTH), `‘${path}’ has a width that no partial tile has`);
  if (found[1] === 'entries') return { index, width };
  const level = decimal(found[1], 'the level');
  must(level <= 7n, `‘${path}’ has a level above 7`);
  return { level, index, width };
}

export function tilePath({ level = 'entries', index, width }) {
  const digits = index.toString().replace(/^0+(?=.)/, '');
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.../g);
  const name = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${name}${width < WIDTH ? `.p/${width}` : ''}`;
}

// Of each level of a tree: how many tiles are full, and the width of the partial one.
export function tilesOf(size) {
  const levels = [];
  for (let level = 0n; level < 8n; level++) {
    const hashes = size >> (HEIGHT * level);
    if (hashes > 0n) levels.push({ level, full: hashes / WIDTH, partial: hashes % WIDTH });
  }
  return levels;
}
