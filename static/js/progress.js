// A long act goes on elsewhere: ask every few seconds how far it is, while somebody looks. Without JavaScript, a link does.
const PAUSE = 3000;

async function ask() {
  const shown = document.querySelector("[data-running]");
  if (!shown) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".pmp-panel");
      if (fresh && !shown.contains(document.activeElement)) shown.replaceWith(fresh);
    } catch {
      // No line: what is shown was true, and is asked again.
    }
  }
  setTimeout(ask, PAUSE);
}

setTimeout(ask, PAUSE);
