// The set of statements known, and what is asked of it. Specification, section 5.
import { hex } from './bytes.js';
import { isSignedBy } from './dsse.js';
import { fail, must } from './fault.js';
import { keyId } from './keys.js';
import { parseOrigin } from './names.js';
import { Measure, Reason, Role } from './schema.js';
import { holdsInLog, sortOf } from './statement.js';

const MOST = 10000;

export class StatementSet {
  #statements = new Map();
  #mandates = new Map();

  // Takes in what the versions in force carry; `envelopes` are opened statements beside these.
  static async of(inForce, envelopes = []) {
    const set = new StatementSet();
    set.inForce = inForce;
    for (const envelope of [...inForce.carried, ...envelopes]) await set.#take(envelope);
    set.#trim();
    await set.#list();
    return set;
  }

  has = (hash) => this.#statements.has(hash);

  // A fault when it is not one of this network's.
  async #take(envelope) {
    if (this.has(envelope.hash)) return;
    const root = await checkMember(this.inForce, envelope);
    const authority = this.inForce.authority(envelope.message.authority);
    const kept = authority.root_changes.some((change) => change.kept.some((hash) => hex(hash) === envelope.hash));
    this.#statements.set(envelope.hash, { ...envelope, counts: kept || hex(root) === hex(authority.root) });
  }

  // Of each authority's statements that count, and of the others, only so many are held.
  #trim() {
    const sorts = new Map();
    for (const statement of this.#statements.values()) {
      const sort = `${statement.message.authority} ${statement.counts}`;
      sorts.set(sort, [...(sorts.get(sort) ?? []), statement]);
    }
    const last = (statement) => (statement.message.revocation ? `0${statement.hash}` : `1${statement.hash}`);
    for (const statements of sorts.values()) {
      if (statements.length <= MOST) continue;
      statements.sort((a, b) => (last(a) < last(b) ? -1 : 1));
      for (const { hash } of statements.slice(MOST)) this.#statements.delete(hash);
    }
  }

  async #list() {
    for (const statement of this.counting('mandate')) {
      const key = hex(statement.message.mandate.key);
      statement.keyId = hex(await keyId(statement.message.mandate.key));
      this.#mandates.set(key, [...(this.#mandates.get(key) ?? []), statement]);
    }
  }

  // The statements that count, of one sort and, where it is given, of one authority.
  counting(sort, authority) {
    return [...this.#statements.values()].filter(
      ({ counts, message }) =>
        counts && sortOf(message) === sort && (authority === undefined || message.authority === authority),
    );
  }

  // One role, ever: whether the key of this mandate has another role already.
  isSecondRole({ hash, message }) {
    const { key, role } = message.mandate;
    if (this.inForce.isRootOrCouncil(key)) return true;
    return (this.#mandates.get(hex(key)) ?? []).some((other) => {
      const { authority, serial, mandate } = other.message;
      if (other.hash === hash || mandate.role === Role.sealing) return false;
      if (authority !== message.authority) return !holdsInLog(role);
      if (mandate.role === role) return false;
      if (role === Role.sealing) return true;
      return serial < message.serial || (serial === message.serial && other.hash < hash);
    });
  }

  // The mandates of the keys live in a role that holds on receipt, at a time, highest (serial, key id) first.
  live(authority, role, time) {
    if (holdsInLog(role)) return [];
    const revocations = this.counting('revocation', authority).map(({ message }) => message.revocation);
    const ended = (id) => revocations.some((one) => hex(one.key_id) === id && (one.at || one.time <= time));
    return this.counting('mandate', authority)
      .filter(
        ({ message: { mandate } }) => mandate.role === role && mandate.not_before <= time && time < mandate.not_after,
      )
      .filter((statement) => !ended(statement.keyId) && !this.isSecondRole(statement))
      .sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
  }

  // Where a key of `log` or `administrator` ends in a log, and from where on it is disputed; null for nowhere.
  endsOf(origin, id) {
    let [end, disputed] = [null, null];
    for (const { message } of this.counting('revocation', origin.authority)) {
      const { key_id, at, reason, compromised_since } = message.revocation;
      if (!at || hex(key_id) !== id) continue;
      const { epoch } = parseOrigin(at.origin);
      if (epoch > origin.epoch) continue;
      end = lowest(end, epoch < origin.epoch ? 0n : at.size);
      if (epoch === origin.epoch && reason === Reason.compromised) disputed = lowest(disputed, compromised_since);
    }
    return { end, disputed };
  }

  // Whether the council or the authority's root has an entry redacted.
  isRedacted(origin, index) {
    const own = this.counting('order', origin.authority).map(({ message }) => message.order);
    return [...this.inForce.orders, ...own].some(
      (order) => order.measure === Measure.redact && order.origin === origin.text && order.index === index,
    );
  }

  // Whether a statement takes back the erase that a change made.
  isCancelled(origin, index, change) {
    return this.counting('cancel', origin.authority).some(
      ({ message: { cancel } }) => cancel.origin === origin.text && cancel.index === index && cancel.change === change,
    );
  }
}

const lowest = (a, b) => (a === null || b < a ? b : a);
const rank = ({ message, keyId: id }) => message.serial.toString().padStart(20, '0') + id;

// Gives the root, present or earlier, that signed a statement of this network; else a fault.
export async function checkMember(inForce, envelope) {
  const statement = envelope.message;
  must(hex(statement.network) === inForce.network, 'a statement for another network');
  must(inForce.authority(statement.authority), `a statement of ${statement.authority}, which is not listed`);
  const { order, cancel, revocation } = statement;
  for (const named of [statement.origin, order?.origin, cancel?.origin, revocation?.at?.origin]) {
    if (!named) continue;
    const origin = parseOrigin(named);
    const here = origin.prefix === inForce.prefix && origin.network === inForce.network.slice(0, 32);
    must(here, 'a statement about a log of another network');
  }
  for (const root of inForce.rootsOf(statement.authority)) if (await isSignedBy(envelope, root)) return root;
  return fail(`a statement that no root of ${statement.authority} signed`);
}
