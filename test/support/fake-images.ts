import type { Images } from "../../src/host.ts";

/** Images that are the text of their specification: quick, and as different as the figures. */
export const fakeImages: Images = {
  render: (specification, format) =>
    Promise.resolve(new TextEncoder().encode(`${format} ${JSON.stringify(specification)}`)),
};
