import { search } from "./search.ts";
import { BROKEN_VARIANTS, SMALL } from "./broken-variants.ts";
for (const b of BROKEN_VARIANTS) {
  if (process.argv[2] && !b.name.includes(process.argv[2])) continue;
  const t = performance.now();
  const f = search({...SMALL, ...b.size}, {variant: b.variant});
  console.log(b.name, f.states, f.broken?.what, f.broken ? b.breaks.test(f.broken.what) : "NOT FOUND", f.broken?.trace.length, ((performance.now()-t)/1000).toFixed(1));
  if (process.argv[2]) console.log(f.broken?.trace.map((l) => l.slice(0, 160)).join("\n"));
}
