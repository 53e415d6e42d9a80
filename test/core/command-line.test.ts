import { expect } from "chai";
import fc from "fast-check";

import { UserError } from "../../src/errors.ts";
import { fillCommand, unknownPlaceholders } from "../../src/core/command-line.ts";

const RUN = {
  run_dir: "/s/it's a run",
  config_file: "/s/config.json",
  recorder_file: "/s/recorder.jsonl",
  attempt: "2",
};
const CONFIG = {
  lr: 0.1,
  name: "two words",
  "a-b": true,
  optimizer: { lr: 3, betas: [0.9, 0.99] },
};

describe("fillCommand", () => {
  it("refuses a command line that would be longer than any system takes", () => {
    const config = { text: "x".repeat(1e6) };
    const fill = () => fillCommand(["{text}".repeat(100_000)], config, RUN);
    expect(fill).to.throw(UserError, "longer than").with.property("code", "config-invalid");
    expect(fillCommand(["{text}"], config, RUN)).to.deep.equal([config.text]);
  });

  it("puts values into their arguments, texts as they are, everything else as JSON", () => {
    const filled = fill(
      "--lr={lr}",
      "{name}",
      "{a-b}",
      "{optimizer.lr}",
      "{optimizer}",
      "{lr}{lr}",
    );
    expect(filled).to.deep.equal([
      "--lr=0.1",
      "two words",
      "true",
      "3",
      '{"lr":3,"betas":[0.9,0.99]}',
      "0.10.1",
    ]);
  });

  it("knows the run's own names, which no parameter can take", () => {
    const filled = fillCommand(["{run_dir}", "{config_file}", "{attempt}"], { attempt: 9 }, RUN);
    expect(filled).to.deep.equal([RUN.run_dir, RUN.config_file, "2"]);
  });

  it("leaves the program's own braces alone, and unknown names", () => {
    const words = ["{}", "${HOME}", "{ lr }", "{0}", "{gone}", "{{lr", "{constructor}"];
    expect(fillCommand(words, CONFIG, RUN)).to.deep.equal(words);
  });

  it("keeps whatever a value holds within its argument, and reads it only once", () => {
    const property = fc.property(fc.string(), (name) => {
      expect(fillCommand(["a", "x{name}y", "b"], { name }, RUN)).to.deep.equal([
        "a",
        `x${name}y`,
        "b",
      ]);
    });
    fc.assert(property, { examples: [["$(touch x)"], ["$&$1$$"], ["{run_dir}"], ["'\"\n"]] });
  });
});

describe("unknownPlaceholders", () => {
  it("names each once that neither the configuration nor the run has", () => {
    const command = [
      "{lr}",
      "{gone}",
      "{optimizer.gone}",
      "{gone}",
      "{run_dir}",
      "{toString}",
      "{}",
    ];
    expect(unknownPlaceholders(command, CONFIG)).to.deep.equal([
      "gone",
      "optimizer.gone",
      "toString",
    ]);
  });
});

const fill = (...command: readonly string[]) => fillCommand(command, CONFIG, RUN);
