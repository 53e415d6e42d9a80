// Makes a fresh clone ready: the system's headers that node-canvas is built from, then the
// packages of the lock file. Does nothing when nothing has changed since it last succeeded.
// Plain JavaScript without packages: it runs before there are any.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const STAMP = "node_modules/.hatchery-setup";
const HEADERS = [
  "libcairo2-dev",
  "libpango1.0-dev",
  "libjpeg-dev",
  "libgif-dev",
  "librsvg2-dev",
  "build-essential",
  "pkg-config",
  "python3",
];
const MODULES = ["cairo", "pangocairo", "libpng"];

process.chdir(root);
if (isDone()) process.exit(0);

const began = performance.now();
if (!canvasBuilds() && !installHeaders()) {
  say(
    "node-canvas will be built only if a prebuilt binary can be downloaded: its headers are missing.",
    `On Debian or Ubuntu: sudo apt-get install ${HEADERS.join(" ")}`,
    "On macOS: brew install pkg-config cairo pango libpng jpeg giflib librsvg",
    "Without it PNG figures are left out; SVG, tables and everything else work.",
  );
}
say("Installing the packages of package-lock.json (npm ci) …");
run("npm", ["ci", "--no-audit", "--no-fund"], { ...process.env, JOBS: "max", ...nodeHeaders() });
if (!canvasLoads()) {
  const message = "node-canvas could not be installed: there will be no PNG figures.";
  if (process.env.CI === "true") throw new Error(message);
  say(message);
}
writeFileSync(STAMP, stamp());
say(`Set up in ${Math.round((performance.now() - began) / 1000)} s.`);

function isDone() {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === stamp();
}

/** Changes with the lock file, the version of Node and its machine, for which binaries are built. */
function stamp() {
  const lock = readFileSync("package-lock.json");
  const { modules } = process.versions;
  return createHash("sha256")
    .update(lock)
    .update(`${modules} ${process.platform} ${process.arch}`)
    .digest("hex");
}

function canvasBuilds() {
  return MODULES.every((name) => spawnSync("pkg-config", ["--exists", name]).status === 0);
}

function canvasLoads() {
  return spawnSync(process.execPath, ["-e", "require('canvas')"], { stdio: "ignore" }).status === 0;
}

/** Only where it can be done without a question: as root, with apt. */
function installHeaders() {
  if (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).status !== 0) return false;
  say(`Installing the system's headers for node-canvas (apt-get install ${HEADERS.join(" ")}) …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const wait = ["-o", "DPkg::Lock::Timeout=600"];
  try {
    run("apt-get", [...wait, "update", "-qq"], environment);
    run(
      "apt-get",
      [...wait, "install", "-y", "-qq", "--no-install-recommends", ...HEADERS],
      environment,
    );
  } catch (error) {
    say(`That failed: ${error.message}`);
  }
  return canvasBuilds();
}

/** node-gyp would download Node's headers; where the system has them, it need not. */
function nodeHeaders() {
  const prefix = fileURLToPath(new URL("..", `file://${process.execPath}`)).replace(/\/$/, "");
  return existsSync(`${prefix}/include/node/node.h`) ? { npm_config_nodedir: prefix } : {};
}

function run(command, args, env) {
  execFileSync(command, args, { stdio: ["ignore", "inherit", "inherit"], env });
}

function say(...lines) {
  for (const line of lines) console.error(`[setup] ${line}`);
}
