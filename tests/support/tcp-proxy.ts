import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Cuts every connection and takes no new one, as a server that was killed. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Stands between a client and a real server, so that a test can take the server away and bring it back. */
export async function tcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let away = false;
  const server = createServer((near) => {
    if (away) return void near.destroy();
    const far = connect(port, host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      away = true;
      drop();
    },
    restore() {
      away = false;
    },
    close: () =>
      new Promise((go) => {
        server.close(() => go());
        drop();
      }),
  };
}
