/** A port that nobody listens on. */
import { type AddressInfo, createServer } from 'node:net';

/** Systems take the ports of outgoing connections from 32768 (Linux) or 49152 on. */
const FIRST_QUIET_PORT = 20_000;
const QUIET_PORTS = 10_000;

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
  const { port: found } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return found;
}

export const freePort = (): Promise<number> => listenOnce(0);

/**
 * One that no outgoing connection is given either: a client that calls such a port again and again before its server
 * listens could otherwise be connected to itself.
 */
export async function freeQuietPort(): Promise<number> {
  for (;;) {
    const port = FIRST_QUIET_PORT + Math.floor(Math.random() * QUIET_PORTS);
    try {
      return await listenOnce(port);
    } catch {
      // Somebody listens there; another one is tried.
    }
  }
}
