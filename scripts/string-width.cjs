// The form in which the layout of tables requires it.
module.exports = require("fast-string-width").default;
