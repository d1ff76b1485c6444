// A small balancer for trying things out: it ends TLS and hands each request to the next server that is ready.
// In earnest, use your load balancer, nginx or HAProxy.
//
//   node front.mjs 8443 tls.crt tls.key 8421 8422
import { readFileSync } from 'node:fs';
import { Agent, get, request } from 'node:http';
import { createServer } from 'node:https';
import { pipeline } from 'node:stream';

const [port, cert, key, ...servers] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
let ready = [];
let turn = 0;

/** Whether a server wants requests. */
const asks = (server) =>
  new Promise((resolve) => {
    const asked = get({ host: '127.0.0.1', port: server, path: '/api/ready', timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
  });

async function look() {
  const answers = await Promise.all(servers.map(asks));
  ready = servers.filter((_, at) => answers[at]);
  setTimeout(look, 500);
}

/** Sends a request to the next server; one that does not listen any more hands it on. */
function pass(incoming, outgoing, left) {
  const server = ready[turn++ % ready.length];
  if (!server) {
    outgoing.writeHead(503).end('no server is ready\n');
    return;
  }
  const headers = { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress, 'x-forwarded-proto': 'https' };
  const onward = request({ host: '127.0.0.1', port: server, method: incoming.method, path: incoming.url, headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode, { ...answer.headers, 'x-served-by': server });
    // A server that dies in the middle of an answer ends it here, too: whoever follows a stream asks again.
    pipeline(answer, outgoing, () => {});
  });
  onward.on('error', (error) => {
    const untouched = error.code === 'ECONNREFUSED' || (onward.reusedSocket && incoming.method === 'GET');
    ready = ready.filter((one) => error.code !== 'ECONNREFUSED' || one !== server);
    if (untouched && incoming.method === 'GET' && !outgoing.headersSent && left > 0) pass(incoming, outgoing, left - 1);
    else if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end('the server did not answer\n');
  });
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

const front = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (incoming, outgoing) => pass(incoming, outgoing, 2));
await look();
front.listen(Number(port), '127.0.0.1', () => console.log(`the site is at https://localhost:${port}`));
