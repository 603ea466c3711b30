// One statement: its form. Specification, section 5.
import { hasControl, utf8 } from './bytes.js';
import { openEnvelope, readEnvelope, verifyDetached } from './dsse.js';
import { fail, must } from './fault.js';
import { checkKey, checkEd25519 } from './keys.js';
import { checkPosition, isAuthority, parseOrigin } from './names.js';
import { Measure, Reason, Role, nameOf } from './schema.js';

const MOST_SCOPES = 64;
const MOST_RULES = 64;

export const readStatement = async (bytes) => checked(await readEnvelope('Statement', bytes));
export const openStatement = async (envelope) => checked(await openEnvelope('Statement', envelope));

// Of which sort a statement is: mandate, revocation, rules, order or cancel.
export const sortOf = (statement) => sorts.find((sort) => statement[sort]);
const sorts = ['mandate', 'revocation', 'rules', 'order', 'cancel'];

// Whether a mandate for this role holds from the entry of a log that carries it, not on receipt.
export const holdsInLog = (role) => role === Role.log || role === Role.administrator;

async function checked(envelope) {
  const statement = envelope.message;
  must(statement.network.length === 32, 'a network id of other than 32 bytes');
  must(isAuthority(statement.authority), `‘${statement.authority}’ is no authority code`);
  const forLog = statement.rules || (statement.mandate && holdsInLog(statement.mandate.role));
  if (forLog) ownLog(statement, statement.origin);
  else must(statement.origin === '', 'a statement that holds on receipt names a log');
  const check = checks[sortOf(statement)] ?? fail('a statement without content');
  await check(statement);
  return envelope;
}

function ownLog(statement, origin) {
  must(parseOrigin(origin).authority === statement.authority, `‘${origin}’ is no log of ${statement.authority}`);
}

const checks = {
  async mandate(statement) {
    const { key, role, scope, not_before, not_after, function: what, possession } = statement.mandate;
    must(nameOf(Role, role), 'a mandate for a role that is not known');
    if (role === Role.administrator) checkKey(key, 'the mandated key');
    else checkEd25519(key, 'the mandated key');
    const length = utf8(what).length;
    must(length >= 1 && length <= 100 && !hasControl(what), 'a function has 1 to 100 bytes without control characters');
    must(not_before < not_after, 'a mandate that ends before it begins');
    must(scope.length <= MOST_SCOPES, `more than ${MOST_SCOPES} scopes`);
    if (role === Role.sealing) return;
    const { network, authority, origin } = statement;
    const proof = { network, authority, origin, role, key };
    must(await verifyDetached('Possession', proof, key, possession), 'the mandated key did not sign for this role');
  },

  revocation(statement) {
    const { key_id, reason, at, compromised_since, time } = statement.revocation;
    must(key_id.length === 32, 'a key id of other than 32 bytes');
    must(nameOf(Reason, reason), 'a revocation for a reason that is not known');
    if (!at) {
      must(time > 0n, 'a revocation says neither where nor when');
      must(compromised_since === 0n, 'a revocation from a time on is disputed from no entry');
      return;
    }
    must(time === 0n, 'a revocation says both where and when');
    checkPosition(at);
    ownLog(statement, at.origin);
    must(compromised_since <= at.size, 'a key that was compromised after its end');
    must(compromised_since === 0n || reason === Reason.compromised, 'a key that was compromised and is not');
  },

  rules({ rules: { rules, quarantine_hours = 72 } }) {
    must(rules.length <= MOST_RULES, `more than ${MOST_RULES} rules`);
    must(
      rules.every(({ administrators: n }) => n >= 1 && n <= 8),
      'a rule asks for 1 to 8 administrators',
    );
    must(quarantine_hours <= 720, 'a quarantine has at most 720 hours');
  },

  order(statement) {
    ownLog(statement, statement.order.origin);
    must(nameOf(Measure, statement.order.measure), 'an order of a measure that is not known');
  },

  cancel(statement) {
    ownLog(statement, statement.cancel.origin);
  },
};
