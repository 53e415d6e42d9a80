import { search } from "./search.ts";
const size = JSON.parse(process.argv[2] ?? "{}");
const t = performance.now();
const found = search({ workers: 2, cleaners: 1, runs: 1, crashes: 0, pauses: 0, claims: [1], start: "pending", looks: 1, outcomes: ["completed"], ...size }, {reduced: !process.argv[3], onProgress: (a, b) => { if (a) console.error(a, b, (performance.now()-t)/1000, process.memoryUsage().rss/1e6); }});
const {broken, visible, ...rest} = found;
console.log(JSON.stringify(rest), (performance.now() - t) / 1000, process.memoryUsage().rss / 1e6);
if (broken) console.log(broken.what + "\n" + broken.trace.map((l) => l.slice(0,150)).join("\n"));
