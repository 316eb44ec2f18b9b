// Keys that work on every page: "/" goes to the search field, and any element with data-key is pressed by
// that key, unless someone is typing.
function isTyping(target) {
  return target.closest("input:not([type=range]):not([type=checkbox]), textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else {
      const link = document.querySelector("[data-search-page]");
      if (link) link.click();
    }
    return;
  }
  const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (control) {
    event.preventDefault();
    control.click();
  }
});
