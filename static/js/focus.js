// A refused form starts where the reader has to start: at the summary of what is wrong.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();
