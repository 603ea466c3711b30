// One charter version: its form. Specification, section 4.
import { ascending, compare, hasControl, utf8 } from './bytes.js';
import { openEnvelope, readEnvelope } from './dsse.js';
import { must } from './fault.js';
import { checkEd25519, keyId } from './keys.js';
import { checkPosition, isAuthority, isPrefix, parseOrigin } from './names.js';
import { Condition, Measure, Standing, nameOf } from './schema.js';
import { openStatement } from './statement.js';

export const readCharter = async (bytes) => checked(await readEnvelope('Charter', bytes));
export const openCharter = async (envelope) => checked(await openEnvelope('Charter', envelope));

async function checked(version) {
  const charter = version.message;
  must(charter.version >= 1n, 'a charter version counts from 1');
  must([0, 32].includes(charter.previous.length), 'previous is no hash');
  must(isName(charter.name), 'a network name has 1 to 200 bytes without control characters');
  must(isPrefix(charter.prefix), 'the prefix is no origin prefix');
  must(charter.format_level >= 1, 'a format level counts from 1');
  await checkCouncil(charter.council);
  must(ascending(charter.authorities.map(({ code }) => utf8(code))), 'the authorities do not ascend by code');
  version.statements = [];
  for (const authority of charter.authorities) version.statements.push(...(await checkAuthority(authority)));
  charter.orders.forEach(checkOrder);
  return version;
}

function isName(name) {
  const length = utf8(name).length;
  return length >= 1 && length <= 200 && !hasControl(name);
}

async function checkCouncil(council) {
  must(council.length >= 4 && council.length <= 15, 'a council has 4 to 15 keys');
  const ids = [];
  for (const key of council) {
    checkEd25519(key, 'a council key');
    ids.push(await keyId(key));
  }
  must(ascending(ids), 'the council does not ascend by key id');
}

// Gives the statements that the authority carries, opened.
async function checkAuthority(authority) {
  const { code, standing, condition, epoch, root, lowered_at, root_changes, statements } = authority;
  must(isAuthority(code), `‘${code}’ is no authority code`);
  must(nameOf(Standing, standing), `${code}: a standing that is not known`);
  must(nameOf(Condition, condition), `${code}: a condition that is not known`);
  must(epoch >= 1, `${code}: an epoch counts from 1`);
  checkEd25519(root, `the root key of ${code}`);
  if (lowered_at) checkPosition(lowered_at);
  for (const change of root_changes) checkRootChange(code, change);
  const opened = [];
  for (const envelope of statements) opened.push(await openStatement(envelope));
  return opened;
}

function checkRootChange(code, change) {
  checkEd25519(change.previous_root, `an earlier root key of ${code}`);
  must(change.previous_epoch >= 1 && change.epoch >= 1, `${code}: an epoch counts from 1`);
  must(
    change.kept.every((hash) => hash.length === 32) && ascending(change.kept, compare),
    `${code}: kept does not ascend`,
  );
}

function checkOrder(order) {
  parseOrigin(order.origin);
  must(nameOf(Measure, order.measure), 'an order of a measure that is not known');
}
