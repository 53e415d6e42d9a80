import { search } from "./search.ts";
const size = JSON.parse(process.argv[2] ?? "{}");
const t = performance.now();
const found = search({ workers: 2, cleaners: 1, runs: 1, crashes: 0, pauses: 0, claims: 1, looks: 1, outcomes: ["completed"], ...size }, {reduced: !process.argv[3], onProgress: (a, b) => { if (a) console.error(a, b, (performance.now()-t)/1000, process.memoryUsage().rss/1e6); }});
console.log(JSON.stringify(found, undefined, 1), (performance.now() - t) / 1000, process.memoryUsage().rss / 1e6);
