// The page on which a composition is written: words counted, signs that break anonymity shown, the end of the time.
// Saving is autosave.js's, the time left deadline.js's; the server ends the exercise with or without this page.
(() => {
  "use strict";
  const form = document.querySelector("[data-composition]");
  if (!form) return;
  const text = form.elements.text;
  const count = document.querySelector("[data-words]");
  const signs = document.querySelector("[data-signs]");
  const clock = document.querySelector("[data-deadline]");
  const state = document.querySelector("[data-autosave-status]");
  const arrived = performance.getEntriesByType("navigation")[0]?.requestStart || 0;
  const over = document.querySelector("[data-over]");

  function countWords() {
    const words = text.value.trim() ? text.value.trim().split(/\s+/).length : 0;
    count.textContent = new Intl.NumberFormat("fr").format(words);
  }

  // What the server found in what it kept; said anew only when it changes, and never in the way of the pen.
  function warn(found) {
    const list = signs.querySelector("ul");
    const told = found.join("\n");
    if (signs.dataset.told === told) return;
    signs.dataset.told = told;
    list.replaceChildren(...found.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
    signs.hidden = !found.length;
  }

  // The last words leave a little before the end, not at it.
  function flush() {
    const left = Date.parse(clock.dataset.closes) - Date.parse(clock.dataset.now) - (performance.now() - arrived);
    for (const early of [6000, 2500]) {
      if (left > early) setTimeout(() => text.dispatchEvent(new Event("change", { bubbles: true })), Math.min(left - early, 2 ** 31 - 1));
    }
  }

  let ended = false;

  async function reached() {
    const answer = await fetch(clock.dataset.hour, { cache: "no-store", credentials: "omit" }).catch(() => null);
    return Boolean(answer && answer.ok);
  }

  // Everything is kept: show what was handed in. Something isn't: it stays here, where it can be copied.
  function leave() {
    if (["saved", undefined, ""].includes(state.dataset.state)) {
      form.dispatchEvent(new Event("submit")); // nothing waits: no question is asked at leaving
      location.replace(location.href);
      return;
    }
    over.hidden = false;
    over.focus();
  }

  async function finish() {
    if (ended) return;
    ended = true;
    text.readOnly = true;
    for (const element of form.elements) if (element.type === "submit") element.disabled = true;
    setTimeout(async function wait() {
      if (await reached()) leave();
      else setTimeout(wait, 3000);
    }, 1500);
  }

  text.addEventListener("input", countWords);
  form.addEventListener("autosave:answer", (event) => { if (event.detail.signs) warn(event.detail.signs); });
  new MutationObserver(() => {
    if (clock.classList.contains("pmp-deadline-over")) finish();
  }).observe(clock, { attributes: true, attributeFilter: ["class"] });
  countWords();
  flush();
})();
