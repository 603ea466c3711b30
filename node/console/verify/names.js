// Names of authorities, records and logs. Specification, section 2.
import { hex, utf8 } from './bytes.js';
import { must } from './fault.js';
import { sha256 } from './hash.js';

export const isAuthority = (text) => /^([A-Z]{2}|[A-Z][A-Z0-9-]{2,15})$/.test(text);
export const isKind = (text) => /^[a-z][a-z-]{1,31}$/.test(text);
const isSlug = (text) => /^[A-Za-z0-9][A-Za-z0-9:._+-]{0,63}$/.test(text);

export function isRecord(text) {
  const [kind, slug, ...more] = text.split('/');
  return more.length === 0 && slug !== undefined && isKind(kind) && isSlug(slug);
}

export const kindOf = (record) => record.split('/')[0];

export function isPrefix(text) {
  return text.length <= 180 && text.split('/').every((part) => /^[a-z0-9.-]+$/.test(part) && !/^\.+$/.test(part));
}

// The parts of an origin, or a fault.
export function parseOrigin(text) {
  const found = /^(.+)\/([0-9a-f]{32})\/([a-z0-9-]+)\/([1-9][0-9]{0,9})$/.exec(text);
  must(found && text.length <= 255, `‘${text}’ is no origin`);
  const [, prefix, network, code, decimal] = found;
  const authority = code.toUpperCase();
  const epoch = Number(decimal);
  must(isPrefix(prefix) && isAuthority(authority) && epoch < 2 ** 32, `‘${text}’ is no origin`);
  return { text, prefix, network, authority, epoch };
}

// The origin of an authority's log of one epoch. `network` is the network id in hex.
export function originOf(prefix, network, authority, epoch) {
  return `${prefix}/${network.slice(0, 32)}/${authority.toLowerCase()}/${epoch}`;
}

export function cosignerName(origin) {
  return origin.replace(/[^/]+$/, 'witness');
}

export const originHash = async (origin) => hex(await sha256(utf8(origin)));

// A point of a log: `origin` is one, and `root` is absent exactly when `size` is 0.
export function checkPosition(position) {
  must(position.root.length === (position.size === 0n ? 0 : 32), 'a position with a root that does not fit its size');
  return parseOrigin(position.origin);
}
