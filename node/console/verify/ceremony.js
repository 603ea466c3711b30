// Requests and grants, by which an authority enters a network. Specification, section 5.
import { hex } from './bytes.js';
import { isSignedBy, verifyDetached } from './dsse.js';
import { must } from './fault.js';
import { checkEd25519 } from './keys.js';
import { isAuthority, isPrefix, originOf } from './names.js';
import { Role } from './schema.js';
import { openStatement } from './statement.js';
import { decodeWhole } from './wire.js';

const LARGEST = 512 * 1024;

export async function readRequest(bytes) {
  must(bytes.length <= LARGEST, `a request of more than ${LARGEST} bytes`);
  const request = decodeWhole('Request', bytes);
  const { network, authority, epoch, prefix, keys } = request;
  must(network.length === 32 && isAuthority(authority) && epoch >= 1 && isPrefix(prefix), 'a request with a bad name');
  const roles = keys.map(({ role }) => role).sort();
  must(String(roles) === String([Role.log, Role.cosigner, Role.node]), 'not one key each for log, cosigner and node');
  must(new Set(keys.map(({ key }) => hex(key))).size === keys.length, 'one key for two roles');
  for (const { role, key, possession } of keys) {
    checkEd25519(key, 'a requested key');
    const origin = role === Role.log ? originOf(prefix, hex(network), authority, epoch) : '';
    const proof = { network, authority, origin, role, key };
    must(await verifyDetached('Possession', proof, key, possession), 'a key did not sign for its role');
  }
  return request;
}

export async function readGrant(bytes) {
  must(bytes.length <= LARGEST, `a grant of more than ${LARGEST} bytes`);
  const grant = decodeWhole('Grant', bytes);
  const { request, authority, epoch, root, statements, signature } = grant;
  must(request.length === 32 && isAuthority(authority) && epoch >= 1, 'a grant with a bad name');
  checkEd25519(root, 'the root key');
  for (const envelope of statements) {
    const statement = await openStatement(envelope);
    must(statement.message.authority === authority, 'a statement of another authority');
    must(await isSignedBy(statement, root), 'a statement that the root did not sign');
  }
  const signed = { ...grant, signature: undefined };
  must(await verifyDetached('Grant', signed, root, signature), 'the root did not sign the grant');
  return grant;
}
