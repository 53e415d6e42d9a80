// The form in which yargs' layout imports it.
export { wrapAnsi as default } from "fast-wrap-ansi";
