import { expect } from "chai";

import { composeLaunch } from "../../../src/core/launch/compose.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/launch/settings.ts";
import { UserError } from "../../../src/errors.ts";
import { errorOf } from "../../support/error-of.ts";

const BELOW = {
  name: "config.yaml",
  values: { seed: null, optimizer: { lr: 1e-3, name: "sgd" }, units: "$<|optimizer.lr * 1e4|>" },
  mayAdd: true,
};
const SETTINGS = [{ name: "defaults", values: DEFAULT_SETTINGS, mayAdd: true }];
const compose = (...overrides: readonly string[]) => composeLaunch(BELOW, SETTINGS, overrides);

describe("composeLaunch", () => {
  it("makes a configuration for each combination, the last option varying first", () => {
    const { configs, overridden } = compose("optimizer.lr=1e-2,1e-1", "seed=1..2", "+new='a,b'");
    expect(
      configs.map(({ seed, optimizer, units, ...rest }) => [optimizer, seed, units, rest["new"]]),
    ).to.deep.equal([
      [{ lr: 0.01, name: "sgd" }, 1, 100, "a,b"],
      [{ lr: 0.01, name: "sgd" }, 2, 100, "a,b"],
      [{ lr: 0.1, name: "sgd" }, 1, 1000, "a,b"],
      [{ lr: 0.1, name: "sgd" }, 2, 1000, "a,b"],
    ]);
    expect(overridden).to.deep.equal(["optimizer.lr", "seed", "new"]);
    expect(compose().configs).to.have.lengthOf(1);
  });

  it("keeps settings apart from options", () => {
    const { settings, configs } = compose("+hatchery.logger.forced_log_id=3", "seed=1");
    expect(settings.logger.forced_log_id).to.equal(3);
    expect(configs[0]).to.not.have.property("hatchery");
  });

  it("refuses what no file has, and what cannot be", () => {
    for (const override of [
      "optimizer.rl=1",
      "hatchery.use_logger=maybe",
      "+hatchery.use_scheduler=true",
      "hatchery.logger.forced_log_id=0",
      "hatchery.use_logger=true,false",
      "seed=1..200000",
    ]) {
      expect(errorOf(UserError, () => compose(override)).message, override).to.not.equal("");
    }
    expect(() => compose("hatchery.logger.forced_log_id=1", "seed=1,2")).to.throw(UserError);
  });
});
