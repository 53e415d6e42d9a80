import { parse } from "yaml";

import { plainConfig } from "../../../src/core/config/plain-config.ts";
import { parsePlainYaml } from "../../../src/core/config/plain-yaml.ts";
import { YAML_OPTIONS } from "../../../src/tree/reading/metadata.ts";
import { hold, holdUnpolluted, type Target } from "../target.ts";

export const plainYaml: Target = {
  name: "yaml",
  seeds: [
    "seed: null\nmodel:\n  sizes:\n    - 64\n    - 32\noptimizer:\n  lr: 1e-3\n",
    "log_id: 1\nlog_dir: /tmp/logs/1\nstatus: COMPLETE\nend_time: '12:07:59'\nlist:\n- a\n- b\n",
    'a: ""\nb: []\nc: {}\nd:\ne: -0.5\nf: 2026-01-01T00:00:00.000Z\n',
  ],
  words: [
    ": ",
    ":\n",
    "- ",
    "\n  ",
    "\n    ",
    " #",
    "'",
    '"',
    "~",
    "0x1",
    "1e3",
    "<<: ",
    "&a ",
    "? ",
  ],
  check: (text) => {
    const fast = parsePlainYaml(text);
    if (fast === undefined) return "left to the library";
    const whole: unknown = parse(text, YAML_OPTIONS);
    const expected = whole === null || whole === undefined ? {} : plainConfig(whole);
    hold(JSON.stringify(fast) === JSON.stringify(expected), "the library reads the same");
    holdUnpolluted();
    return `read ${Math.min(6, Object.keys(fast).length)}`;
  },
};
