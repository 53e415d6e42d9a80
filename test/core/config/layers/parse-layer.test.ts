import { expect } from "chai";

import { parseLayerText } from "../../../../src/core/config/layers/parse-layer.ts";

describe("parseLayerText", () => {
  it("says where the first mistake is, and what", () => {
    const { problems } = parseLayerText("a: 1\nb: [1, 2\nc: 3\n", "configs.yaml");
    expect(problems).to.have.length(1);
    expect(problems[0]?.message).to.match(/^Flow sequence .* must .*\.$/);
    expect(problems[0]?.origin).to.include({ file: "configs.yaml", line: 3 });
  });

  it("comes to an end of a long text that is nothing but mistakes", () => {
    const { problems } = parseLayerText(`{"a": {${'"b"x, '.repeat(100_000)}`, "configs.yaml");
    expect(problems).to.have.length(1);
  });
});
