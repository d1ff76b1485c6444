import { Agent, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A balancer in front of a server. While it is dumb, streams of events stay open and say nothing, as when their server has died behind it. */
export async function startBalancer(server: string) {
  const agent = new Agent({ keepAlive: true });
  const streams = new Set<ServerResponse>();
  let dumb = false;
  const front = createServer((incoming, outgoing) => {
    const isStream = incoming.headers.accept === 'text/event-stream';
    if (isStream) {
      streams.add(outgoing);
      outgoing.on('close', () => streams.delete(outgoing));
      // What comes while it is dumb is taken, and answered by nobody.
      if (dumb) return;
    }
    const { host } = new URL(server);
    const origin = incoming.headers.origin && { origin: server };
    const onward = request(server + incoming.url, { method: incoming.method, headers: { ...incoming.headers, ...origin, host }, agent }, (answer) => {
      if (isStream && dumb) return;
      outgoing.writeHead(answer.statusCode!, answer.headers);
      outgoing.flushHeaders();
      answer.on('data', (piece) => {
        if (!isStream || !dumb) outgoing.write(piece);
      });
      answer.on('end', () => outgoing.end());
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    /** How many streams are open. */
    streams: () => streams.size,
    fallSilent: () => void (dumb = true),
    speakAgain: () => void (dumb = false),
    async stop() {
      front.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}
