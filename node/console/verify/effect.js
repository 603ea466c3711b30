// Effect: what each entry of a log changes, or why it is void. Specification, section 8.3.
import { hex } from './bytes.js';
import { isSignedBy, signedBy } from './dsse.js';
import { isReadable, readEntry } from './entry.js';
import { keyId } from './keys.js';
import { kindOf } from './names.js';
import { Records } from './records.js';
import { Condition, Role } from './schema.js';
import { leafHash } from './trees.js';

const LEVEL = 1;
const REDACTED = { verdict: 'redacted' };
const HOLDS = { verdict: 'holds' };
const voided = (code, detail) => ({ verdict: 'void', code, detail });
export const UNREADABLE = voided('format', 'what it carries is not well-formed');

export class Effect {
  newest = 0n;
  named = null;
  stopped = false;
  redactedLeaves = new Map();
  logKeys = new Set();
  administrators = new Map();
  rules = null;
  namings = [];
  logMandates = [];

  constructor(inForce, set, origin, records = new Records()) {
    Object.assign(this, { inForce, set, origin, records });
  }

  // The next entry that is known by its leaf hash alone.
  redacted(index, hash) {
    this.redactedLeaves.set(index, hex(hash));
    return REDACTED;
  }

  // The verdict on the next entry; indices rise, and may leave some out where only parts of a log are shown.
  async judge(index, leaf) {
    if (this.stopped) return { verdict: 'not judged' };
    const entry = await readEntry(leaf);
    const unreadable = !isReadable(entry);
    if ((entry.update || unreadable) && this.set.isRedacted(this.origin, index)) {
      return this.redacted(index, await leafHash(leaf));
    }
    const { time } = entry;
    const before = this.newest;
    if (time !== null && time > before) this.newest = time;
    if (unreadable) return UNREADABLE;
    if (time < before) return voided('time-backwards', `sequenced at ${time}, before an earlier entry at ${before}`);
    if (entry.naming) return this.#naming(index, entry.naming);
    if (entry.statement) return this.#statement(index, entry.statement);
    return this.#update(index, leaf, time, entry.update);
  }

  #naming(index, { hash }) {
    const version = this.inForce.version(hash);
    if (!version) return voided('unknown-charter', `names charter version ${hash}, which is not in force`);
    const number = version.message.version;
    if (this.named && number <= this.named.message.version) {
      return voided('older-charter', `names charter version ${number}, which is not newer than the one named before`);
    }
    if (version.message.format_level > LEVEL) this.stopped = true;
    this.named = version;
    this.namings.push({ index, version });
    return HOLDS;
  }

  async #statement(index, statement) {
    const { network, authority, origin, serial, mandate, rules } = statement.message;
    const here = hex(network) === this.inForce.network && authority === this.origin.authority;
    if (!here || !['', this.origin.text].includes(origin)) {
      return voided('foreign-statement', 'a statement for another network, authority or log');
    }
    const root = this.inForce.rootAt(this.origin, index);
    if (!root) return voided('no-root', 'the charter has no root key for this log');
    if (!(await isSignedBy(statement, root))) {
      return voided('not-by-root', 'a statement that the authority’s root key did not sign');
    }
    if (mandate?.role === Role.log) return this.#logMandate(index, statement);
    if (mandate?.role === Role.administrator) return this.#administrator(index, statement);
    if (rules) {
      if (this.rules && serial <= this.rules.serial) return replayed(serial, this.rules.serial);
      this.rules = { ...rules, serial };
    }
    return HOLDS;
  }

  async #logMandate(index, statement) {
    const { serial, mandate } = statement.message;
    const before = this.logMandates.at(-1)?.statement.message.serial;
    if (before !== undefined && serial <= before) return replayed(serial, before);
    this.logKeys.add(hex(await keyId(mandate.key)));
    this.logMandates.push({ index, statement });
    return HOLDS;
  }

  async #administrator(index, statement) {
    const { serial, mandate } = statement.message;
    const id = hex(await keyId(mandate.key));
    if (this.logKeys.has(id) || this.set.isSecondRole(statement)) return secondRole(id);
    const before = this.administrators.get(id);
    if (before && serial <= before.serial) return replayed(serial, before.serial);
    this.administrators.set(id, { index, serial, mandate });
    return HOLDS;
  }

  async #update(index, leaf, time, update) {
    const { origin, changes } = update.message;
    if (!this.named) return voided('no-charter', 'the log names no charter version in force before it');
    if (origin !== this.origin.text) return voided('other-log', 'the update is for another log');
    const rank = this.inForce.rankAt(this.origin, this.named, index);
    if (!rank) return voided('unlisted', 'the charter version that the log names does not list it');
    if (rank.condition !== Condition.good) {
      return voided('not-in-good-standing', 'its authority is suspended or has withdrawn');
    }
    const refused = this.#signers(index, time, update) ?? (await this.#signatures(update)) ?? this.#rules(update);
    if (refused) return refused;
    const at = {
      epoch: this.origin.epoch,
      index,
      leaf_hash: await leafHash(leaf),
      time,
      standing: rank.standing,
      quarantine: BigInt(this.rules?.quarantine_hours ?? 72),
    };
    const isRedacted = (previous) => this.#isRedacted(previous);
    const isCancelled = (change) => this.set.isCancelled(this.origin, index, change);
    const fault = this.records.apply(changes, at, isRedacted, isCancelled);
    if (fault) return voided(fault.code, fault.detail);
    const disputed = signedBy(update).some((id) => {
      const from = this.set.endsOf(this.origin, id).disputed;
      return from !== null && from <= index;
    });
    return { verdict: disputed ? 'disputed' : 'updates', rank };
  }

  #signers(index, time, update) {
    for (const id of signedBy(update)) {
      const found = this.administrators.get(id);
      if (!found) return voided('no-mandate', `key ${id} has no administrator’s mandate in this log`);
      if (this.logKeys.has(id)) return secondRole(id);
      const { not_before, not_after, scope } = found.mandate;
      if (time < not_before || time >= not_after) {
        return voided('mandate-time', `the mandate of key ${id} does not cover the time of the entry`);
      }
      const { end } = this.set.endsOf(this.origin, id);
      if (end !== null && end <= index) return voided('revoked', `key ${id} is revoked from entry ${end} on`);
      const outside = update.message.changes.find(
        (change) => scope.length > 0 && !scope.some((one) => matches(one, change)),
      );
      if (outside) return voided('scope', `the mandate of key ${id} does not cover ${outside.record}`);
    }
    return null;
  }

  async #signatures(update) {
    for (const id of signedBy(update)) {
      const { mandate } = this.administrators.get(id);
      if (!(await isSignedBy(update, mandate.key))) return voided('signature', `the signature of key ${id} is wrong`);
    }
    return null;
  }

  #rules(update) {
    const signed = update.signatures.length;
    for (const change of update.message.changes) {
      const needed = this.rules?.rules.find((rule) => matches(rule, change))?.administrators ?? 1;
      if (signed < needed) return voided('rules', `${change.record} needs ${needed} administrators, ${signed} signed`);
    }
    return null;
  }

  #isRedacted(previous) {
    return previous?.epoch === this.origin.epoch && this.redactedLeaves.get(previous.index) === hex(previous.leaf_hash);
  }
}

const replayed = (serial, before) =>
  voided('replayed', `serial ${serial} does not exceed serial ${before} of the same kind before it`);
const secondRole = (id) => voided('second-role', `key ${id} has another role already`);

// A scope or a rule: what it leaves out matches any.
const matches = ({ kind, action }, change) =>
  (kind === '' || kind === kindOf(change.record)) && (action === 0 || action === change.action);

export const lineOf = (index, { verdict, code }) => `${index} ${verdict}${code ? ` ${code}` : ''}\n`;
