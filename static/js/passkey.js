// Passkeys. A form marked data-passkey stays hidden where the browser knows none; the code by mail needs no script.
// A part marked data-passkey-prove has its form carry the key's answer, whichever of its buttons is pressed then.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const each = (list) => (list || []).map((item) => ({ ...item, id: bytes(item.id) }));

  // What the server wrote as text, as the browser's own interface wants it.
  const read = (options) => {
    const asked = { ...options, challenge: bytes(options.challenge) };
    if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
    if (asked.excludeCredentials) asked.excludeCredentials = each(asked.excludeCredentials);
    if (asked.allowCredentials) asked.allowCredentials = each(asked.allowCredentials);
    return asked;
  };

  // And back.
  const write = (credential) => {
    const answer = credential.response;
    const response = { clientDataJSON: text(answer.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (answer[name]) response[name] = text(answer[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const options = async (address) => {
    if (!address) return JSON.parse(document.getElementById("passkey-options").textContent);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  for (const part of document.querySelectorAll("[data-passkey-prove]")) {
    const [button, told] = [part.querySelector("button"), part.querySelector("[data-passkey-say]")];
    part.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      told.textContent = "";
      try {
        const publicKey = read((await options(part.dataset.options)).publicKey);
        part.querySelector("[name=credential]").value = write(await navigator.credentials.get({ publicKey }));
        told.textContent = told.dataset.done;
      } catch {
        told.textContent = told.dataset.failed;
      }
      button.disabled = false;
    });
  }

  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-passkey-absent]")) other.hidden = true;

  const say = form.querySelector("[data-passkey-say]");
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say.textContent = "";
    try {
      const publicKey = read((await options(form.dataset.options)).publicKey);
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = write(credential);
      form.submit();
    } catch (error) {
      // Refused, too slow, or no key here: nobody is told which, by design of the interface.
      say.textContent = form.dataset.taken && error.name === "InvalidStateError" ? form.dataset.taken : say.dataset.failed;
      button.disabled = false;
      button.focus();
    }
  });
})();
