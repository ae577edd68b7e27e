// Saves each change of a form marked data-autosave, says so, and loses nothing when the line is cut.
// The contract with the server stands in docs/design.md.
(() => {
  "use strict";

  class Autosave {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosave || location.pathname;
      this.key = `autosave:${form.dataset.autosaveKey || this.url}`;
      this.line = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
      this.pending = new Map(); // field name -> values, in the order of the last change
      this.base = new Map(); // field name -> what the server had when the page was made
      this.refused = new Set(); // names whose value the server did not take
      this.sending = false;
      this.stopped = false;
      this.delay = 2000;
      for (const name of this.names()) this.base.set(name, JSON.stringify(this.values(name)));
      this.listen();
      this.restore();
    }

    names() {
      const fields = [...this.form.elements].filter((e) => this.watched(e));
      return new Set(fields.map((e) => e.name));
    }

    watched(element) {
      return element.name && element.name !== "csrfmiddlewaretoken"
        && !["file", "password", "submit", "button", "hidden"].includes(element.type);
    }

    controls(name) {
      return [...this.form.elements].filter((e) => e.name === name);
    }

    values(name) {
      const all = new FormData(this.form).getAll(name);
      return all.length ? all : [""]; // an unticked box is sent as an empty value
    }

    listen() {
      this.form.addEventListener("input", (event) => this.changed(event.target, 1200));
      this.form.addEventListener("change", (event) => this.changed(event.target, 0));
      this.form.addEventListener("submit", () => { this.leaving = true; }); // it carries every field itself
      window.addEventListener("online", () => this.send());
      document.addEventListener("visibilitychange", () => this.send());
      window.addEventListener("beforeunload", (event) => { if (this.pending.size && !this.leaving) event.preventDefault(); });
    }

    changed(element, wait) {
      if (!this.watched(element)) return;
      this.pending.delete(element.name);
      this.pending.set(element.name, this.values(element.name));
      this.keep();
      if (!this.stopped && navigator.onLine) this.tell("pending");
      this.soon(wait);
    }

    // Who types without a pause is saved all the same, every few seconds.
    soon(wait) {
      this.since ??= Date.now();
      this.later(Math.min(wait, Math.max(0, 5000 - (Date.now() - this.since))));
    }

    later(wait) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), wait);
    }

    async send() {
      if (this.sending || this.stopped || !this.pending.size) return;
      this.sending = true;
      this.since = undefined;
      const batch = new Map(this.pending);
      this.tell("saving");
      try {
        await this.answered(await this.post(batch), batch);
      } catch {
        this.retry();
      }
      this.sending = false;
      if (this.again) { this.again = false; this.later(0); }
    }

    post(batch) {
      const body = new URLSearchParams();
      for (const [name, values] of batch) for (const value of values) body.append(name, value);
      for (const e of this.form.querySelectorAll("input[type=hidden]")) if (e.name !== "csrfmiddlewaretoken") body.append(e.name, e.value);
      return fetch(this.url, {
        method: "POST", body, redirect: "manual", credentials: "same-origin",
        headers: {
          Accept: "application/json", "X-Autosave": "1",
          "X-CSRFToken": this.token(),
        },
      });
    }

    // The cookie's token: the form's own is stale once its reader has signed in again elsewhere.
    token() {
      return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? this.form.elements.csrfmiddlewaretoken?.value ?? "";
    }

    async answered(response, batch) {
      if (response.type === "opaqueredirect" || response.status === 401) return this.wait("expired");
      if (response.status >= 500 || response.status === 429) return this.retry();
      const answer = await response.json().catch(() => ({}));
      if (response.status === 403 && !answer.message) return this.wait("expired");
      if (!response.ok && response.status !== 422) return this.stop(answer.message);
      this.form.dispatchEvent(new CustomEvent("autosave:answer", { detail: answer }));
      const errors = answer.errors || {};
      this.settle(batch, errors);
      this.delay = 2000;
      for (const name of batch.keys()) this.mark(name, errors[name]);
      if (this.refused.size || !response.ok) this.tell("refused", answer.message || [errors.__all__ || []].flat().join(" "));
      else if (this.pending.size) this.again = true;
      else this.tell("saved", null, this.time(answer.saved_at));
    }

    settle(batch, errors) {
      for (const [name, values] of batch) {
        if (JSON.stringify(this.pending.get(name)) === JSON.stringify(values)) this.pending.delete(name);
        else this.again = true;
        if (!errors[name]) this.base.set(name, JSON.stringify(values));
      }
      this.keep();
    }

    retry() {
      this.tell("offline");
      this.later(this.delay);
      this.delay = Math.min(this.delay * 2, 30000);
    }

    wait(state) {
      this.tell(state);
      this.later(15000);
    }

    stop(message) {
      this.stopped = true;
      this.tell("stopped", message);
    }

    mark(name, messages) {
      if (messages) this.refused.add(name); else this.refused.delete(name);
      for (const control of this.controls(name)) {
        const id = `autosave-error-${name}`;
        document.getElementById(id)?.remove();
        if (!messages) { control.removeAttribute("aria-invalid"); continue; }
        control.setAttribute("aria-invalid", "true");
        const note = Object.assign(document.createElement("p"), { id, className: "pmp-field-error" });
        note.textContent = [messages].flat().join(" ");
        control.insertAdjacentElement("afterend", note);
        control.setAttribute("aria-errormessage", id);
      }
    }

    tell(state, message = null, time = "") {
      if (!this.line) return;
      this.line.dataset.state = state;
      this.line.textContent = message || (this.line.dataset[state] || "").replace("{time}", time);
    }

    time(value) {
      const moment = value ? new Date(value) : new Date(NaN);
      if (Number.isNaN(moment.getTime())) return value || "";
      const timeZone = document.documentElement.dataset.zone || "Africa/Casablanca";
      const parts = new Intl.DateTimeFormat("fr", { timeZone, hour: "numeric", minute: "2-digit", hour12: false }).formatToParts(moment);
      const part = (type) => parts.find((p) => p.type === type).value;
      return `${Number(part("hour"))}\u00a0h\u00a0${part("minute")}`;
    }

    // A copy on this device, only of what the server has not yet acknowledged.
    keep() {
      try {
        if (!this.pending.size) return localStorage.removeItem(this.key);
        const kept = [...this.pending].map(([name, values]) => [name, values, this.base.get(name)]);
        localStorage.setItem(this.key, JSON.stringify(kept));
      } catch { /* private browsing: the page itself still holds everything */ }
    }

    restore() {
      let kept = [];
      try { kept = JSON.parse(localStorage.getItem(this.key) || "[]"); } catch { return; }
      for (const [name, values, base] of kept) {
        if (!this.base.has(name) || this.base.get(name) === JSON.stringify(values)) continue;
        if (this.base.get(name) !== base) { // changed elsewhere meanwhile: show it, decide nothing
          this.mark(name, `${this.line?.dataset.conflict || ""} ${values.join(", ")}`);
          this.refused.delete(name);
          continue;
        }
        for (const control of this.controls(name)) {
          if (["checkbox", "radio"].includes(control.type)) control.checked = values.includes(control.value);
          else control.value = values[0];
        }
        this.pending.set(name, values);
      }
      this.keep();
      if (this.pending.size) { this.tell("restored"); this.later(500); }
    }
  }

  const start = (root) => {
    for (const form of root.querySelectorAll("form[data-autosave]")) {
      if (!form.dataset.autosaveOn) { form.dataset.autosaveOn = "1"; new Autosave(form); }
    }
  };
  start(document);
  document.addEventListener("htmx:afterSwap", (event) => start(event.target.parentElement || document));
})();
