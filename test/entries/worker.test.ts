import { fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

import { expect } from "chai";

describe("a worker process", function () {
  this.timeout(20_000);

  it("leaves when its launcher is gone before it was told anything", async () => {
    const child = fork(resolve("dist/src/entries/worker.js"));
    child.disconnect();
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).to.equal(0);
  });
});
