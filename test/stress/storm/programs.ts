import { existsSync } from "node:fs";

/** The system's own, where there is one: wrappers of version managers take long to start. */
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

/** A file of the project that holds the witness's address. */
export const WITNESS_FILE = "witness";

/** Most take a few of its steps; every twelfth takes `longest`, in seconds. */
const SECONDS = "x % 12 === 7 ? longest : step * (1 + (x % 10))";

/** A program for each way to run one; both tell the witness when they start and end, and answer it. */
export const PROGRAMS = {
  module: {
    program: { module: "train.js" },
    files: {
      "train.js": `
import { readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { hostname } from "node:os";
import { once } from "node:events";

export const getRunArgs = () => ({ x: 0, longest: 1, step: 0.02 });

export async function main({ config: { x, longest, step }, tree, recorder, signal, attempt }) {
  const address = readFileSync("${WITNESS_FILE}", "utf8");
  const [host, port] = address.split(":");
  const line = port ? createConnection({ host, port: Number(port) }) : createConnection(address);
  await once(line, "connect");
  line.on("data", () => line.write("alive\\n"));
  line.on("error", () => undefined);
  const run = tree.runFolder.split("/").slice(-3).join("/");
  const who = hostname() + ":" + process.pid;
  line.write(["start", run, attempt.number, process.env.HATCHERY_WORKER, who].join(" ") + "\\n");
  try {
    recorder.record({ x });
    const seconds = ${SECONDS};
    await new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, 1000 * seconds);
      signal.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); });
    });
    recorder.record({ x: x + 1 });
    line.write("end\\n");
  } catch (error) {
    if (error.syscall) line.write("failed " + error.code + "\\n");
    throw error;
  } finally {
    line.end();
    if (!line.closed) await once(line, "close");
  }
}
`,
    },
  },
  command: {
    program: { command: [PYTHON, "-I", "-S", "train.py"] },
    files: {
      "train.py": `
import errno, json, os, select, socket, sys, time

def connect(address):
    if ":" in address:
        host, port = address.split(":")
        return socket.create_connection((host, int(port)))
    line = socket.socket(socket.AF_UNIX)
    line.connect(address)
    return line

def say(*words):
    line.sendall((" ".join(map(str, words)) + "\\n").encode())

def record(value):
    with open(os.environ["HATCHERY_RECORDER"], "a") as recorder:
        recorder.write(json.dumps({"x": value}) + "\\n")

with open("${WITNESS_FILE}") as file:
    line = connect(file.read())
run = "/".join(os.environ["HATCHERY_RUN_DIR"].split("/")[-3:])
who = "%s:%d" % (socket.gethostname(), os.getpid())
say("start", run, os.environ["HATCHERY_ATTEMPT"], os.environ["HATCHERY_WORKER"], who)
try:
    with open(os.environ["HATCHERY_CONFIG"]) as file:
        config = json.load(file)
    x = config["x"]
    record(x)
    end = time.monotonic() + (
        config["longest"] if x % 12 == 7 else config["step"] * (1 + x % 10))
    while time.monotonic() < end:
        if select.select([line], [], [], max(0, end - time.monotonic()))[0]:
            if not line.recv(64):
                sys.exit("the witness is gone")
            say("alive")
    record(x + 1)
except OSError as error:
    say("failed", errno.errorcode.get(error.errno, error.errno))
    raise
say("end")
`,
    },
  },
} as const;
