/** `npm run model`: every state of the protocol at full size, the holes that its rules close, and the same in Promela. */
import { BROKEN_VARIANTS, SMALL } from "./broken-variants.ts";
import { search } from "./search.ts";
import { describeFound, describeSize, FULL_SIZES } from "./sizes.ts";

const MEGABYTE = 1 << 20;
const PROGRESS_MS = 30_000;
let failed = false;

for (const size of FULL_SIZES) {
  console.log(`\n${describeSize(size)}`);
  const startMs = performance.now();
  let saidMs = startMs;
  const onProgress = (states: number, waiting: number) => {
    if (performance.now() - saidMs < PROGRESS_MS) return;
    saidMs = performance.now();
    console.log(`  … ${states.toLocaleString("en")} states, ${waiting.toLocaleString("en")} to go on from`);
  };
  const found = search(size, { onProgress });
  failed ||= found.broken !== undefined;
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  const megabytes = (process.memoryUsage().rss / MEGABYTE).toFixed(0);
  console.log(`  ${describeFound(found)} (${seconds} s, ${megabytes} MB)`);
  for (const line of found.broken?.trace ?? []) console.log(`    ${line}`);
}

console.log("\nRules left out, and the shortest way to what they prevent:");
for (const { name, variant, size } of BROKEN_VARIANTS) {
  const { broken, states } = search({ ...SMALL, ...size }, { variant });
  failed ||= broken === undefined;
  console.log(`\n- ${name}: ${broken?.what ?? "NOTHING FOUND"} (${states.toLocaleString("en")} states)`);
  for (const line of broken?.trace ?? []) console.log(`    ${line.slice(0, 160)}`);
}

if (failed) process.exitCode = 1;
