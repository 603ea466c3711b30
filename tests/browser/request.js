// Requests to the console without a browser, over the one connection that is trusted: to the certificate whose
// fingerprint the node's operator tells.
import { X509Certificate, createHash } from 'node:crypto';
import { request as send } from 'node:https';
import { connect } from 'node:tls';

// The certificate of the console, after it was compared with its fingerprint.
export async function certificate({ address, fingerprint }) {
  const { hostname, port } = new URL(address);
  const raw = await new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate().raw);
      socket.destroy();
    });
    socket.once('error', reject);
  });
  const found = createHash('sha256').update(raw).digest('hex');
  if (found !== fingerprint.replaceAll(' ', '')) throw new Error('this is not the certificate of the node');
  return new X509Certificate(raw);
}

// One request, redirects not followed.
export async function request({ address, fingerprint }, path, { method = 'GET', headers = {}, body } = {}) {
  const { raw } = await certificate({ address, fingerprint });
  const trusted = { ca: new X509Certificate(raw).toString(), checkServerIdentity: () => undefined };
  return new Promise((resolve, reject) => {
    const sent = send(new URL(path, address), { method, headers, ...trusted }, async (response) => {
      const parts = [];
      for await (const part of response) parts.push(part);
      resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
