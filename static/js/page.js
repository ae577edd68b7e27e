// Small courtesies, none of which a page depends on.
(() => {
  "use strict";
  // The error summary takes the focus, so that it is read first.
  const focus = (root) => root.querySelector("[data-focus]")?.focus();
  focus(document);
  document.addEventListener("htmx:afterSwap", (event) => focus(event.target));

  // htmx shows a form that comes back with 422, or a refusal with 409, as it shows any other answer.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if ([409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  // A second click on a plain form is not a second request.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    const line = form.querySelector("[data-sending]");
    if (line) line.textContent = line.dataset.sending;
    setTimeout(() => delete form.dataset.sent, line ? 20000 : 4000);
  });

  // Who signs out leaves nothing of theirs on this device.
  document.querySelector("form[data-sign-out]")?.addEventListener("submit", () => {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith("autosave:")) localStorage.removeItem(key);
      indexedDB.deleteDatabase("envois"); // the files that upload.js had yet to send
    } catch { /* no storage, nothing left */ }
  });

  // The admin's tables that scroll sideways are reached by keyboard: not every browser sees to it.
  for (const area of document.querySelectorAll(".inline-group")) {
    if (area.scrollWidth > area.clientWidth) area.tabIndex = 0;
  }

  // How much of a text's length is used.
  for (const area of document.querySelectorAll("textarea[maxlength]")) {
    const limit = Number(area.getAttribute("maxlength"));
    const line = document.createElement("p");
    line.className = "form-text";
    line.setAttribute("aria-live", "off");
    const count = () => {
      const number = (n) => new Intl.NumberFormat(document.documentElement.lang).format(n);
      line.textContent = `${number(area.value.length)} / ${number(limit)}`;
    };
    area.insertAdjacentElement("afterend", line);
    area.addEventListener("input", count);
    count();
  }
})();
