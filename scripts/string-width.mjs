// The form in which the layout of tables requires it.
export { default as "module.exports" } from "fast-string-width";
