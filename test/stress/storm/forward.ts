import { connect, createServer } from "node:net";

/** Lets a witness that listens on a socket's path be spoken to by a network's address. Arguments: host, port, path. */
const [, , host = "", port = "", path = ""] = process.argv;
createServer({ noDelay: true }, (near) => {
  const far = connect(path);
  near.pipe(far).pipe(near);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on("error", () => undefined);
    one.on("close", () => other.destroy());
  }
}).listen(Number(port), host);
