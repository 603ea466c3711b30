// The charter chain: which versions are in force, and what is asked of them. Specification, section 4.
import { equal, hex } from './bytes.js';
import { Fault } from './fault.js';
import { Condition } from './schema.js';
import { checkFirst, checkSuccessor } from './succession.js';

export class Chain {
  #valid = new Map();
  #successors = new Map();
  #choices = [];

  // Takes in an opened version, which must be valid; the first begins the network. Gives whether its predecessor is
  // known.
  async take(version) {
    if (this.#valid.has(version.hash)) return true;
    if (this.#valid.size === 0) {
      await checkFirst(version);
      this.network = version.hash;
    } else {
      const before = this.#valid.get(hex(version.message.previous));
      if (version.message.previous.length === 0) throw new Fault('it is the first version of another network');
      if (!before) return false;
      await checkSuccessor(this.network, before, version);
      this.#successors.set(before.hash, [...(this.#successors.get(before.hash) ?? []), version]);
    }
    this.#valid.set(version.hash, version);
    return true;
  }

  // The operator chooses between rivals; the latest choice counts.
  choose(hash) {
    this.#choices.push(hash);
  }

  // The versions in force, oldest first.
  get inForce() {
    const versions = [];
    for (let next = this.#valid.get(this.network); next; next = this.#next(next)) versions.push(next);
    return versions;
  }

  #next(version) {
    const all = this.#successors.get(version.hash) ?? [];
    const settled = all.filter(({ hash }) => this.#successors.has(hash));
    const rivals = settled.length > 0 ? settled : all;
    const choice = this.#choices.findLast((hash) => rivals.some((rival) => rival.hash === hash));
    if (choice) return this.#valid.get(choice);
    const highest = Math.max(...rivals.map(({ message }) => message.round));
    const [first, ...more] = rivals.filter(({ message }) => message.round === highest);
    return more.length === 0 ? first : undefined;
  }
}

// What is asked of versions in force. They do not change any more.
export class InForce {
  constructor(network, versions) {
    this.network = network;
    this.versions = versions;
    this.newest = versions.at(-1);
    this.prefix = this.newest.message.prefix;
  }

  version(hash) {
    return this.versions.find((version) => version.hash === hash);
  }

  authority(code, version = this.newest) {
    return version.message.authorities.find((authority) => authority.code === code);
  }

  witnessesFor(code, version) {
    return version.message.authorities
      .filter((other) => other.code !== code && other.witness && other.condition === Condition.good)
      .map((other) => other.code);
  }

  // Standing and condition at an entry of a log that names `named`; undefined when that does not list this epoch.
  rankAt(origin, named, index) {
    const listed = this.authority(origin.authority, named);
    if (!listed || listed.epoch !== origin.epoch) return undefined;
    const rank = { standing: listed.standing, condition: listed.condition };
    for (const version of this.versions.slice(this.versions.indexOf(named) + 1)) {
      const later = this.authority(origin.authority, version);
      const at = later?.lowered_at;
      if (!at || at.origin !== origin.text || at.size > index) continue;
      rank.standing = Math.max(rank.standing, later.standing);
      rank.condition = Math.max(rank.condition, later.condition);
    }
    return rank;
  }

  // The root key of (epoch, index), or undefined.
  rootAt(origin, index) {
    const authority = this.authority(origin.authority);
    if (!authority) return undefined;
    const { root_changes: changes, root, epoch } = authority;
    const spans = [{ epoch: changes[0]?.previous_epoch ?? epoch, from: 0n, root: changes[0]?.previous_root ?? root }];
    changes.forEach((change, i) => {
      spans.push({ epoch: change.epoch, from: change.from_size, root: changes[i + 1]?.previous_root ?? root });
    });
    return spans.filter((span) => span.epoch === origin.epoch && span.from <= index).at(-1)?.root;
  }

  // Every root key that an authority has or had, the one in force last.
  rootsOf(code) {
    const authority = this.authority(code);
    return authority ? [...authority.root_changes.map((change) => change.previous_root), authority.root] : [];
  }

  // Whether a key is or was a root key or a council key.
  isRootOrCouncil(key) {
    return this.versions.some(
      ({ message: { council, authorities } }) =>
        council.some((member) => equal(member, key)) ||
        authorities.some(
          ({ root, root_changes }) =>
            equal(root, key) || root_changes.some((change) => equal(change.previous_root, key)),
        ),
    );
  }

  get carried() {
    return this.versions.flatMap((version) => version.statements);
  }

  get orders() {
    return this.newest.message.orders;
  }
}
