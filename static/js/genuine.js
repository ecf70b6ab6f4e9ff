// Takes the fingerprint of form[data-genuine]'s file here, in the browser; the file itself is not sent.

const NUMBER = /\/ID\s{0,8}\[\s{0,8}<([0-9A-Fa-f]{32})>/g;
const form = document.querySelector("form[data-genuine]");

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function ask(file) {
  const content = await file.arrayBuffer();
  const text = new TextDecoder("latin1").decode(content);
  const numbers = new Set([...text.matchAll(NUMBER)].map((found) => found[1].toLowerCase()));
  form.elements.sha256.value = hex(await crypto.subtle.digest("SHA-256", content));
  form.elements.numbers.value = [...numbers].slice(0, 8).join(",");
}

// only where the page came by https is there anything to hash with; elsewhere the form says it sends
if (form && window.crypto?.subtle) {
  form.querySelector("[data-sent]").hidden = true;
  form.querySelector("[data-stays]").hidden = false;
  form.addEventListener("submit", async (event) => {
    const [file] = form.elements.file.files;
    if (!file) return;
    event.preventDefault();
    try {
      await ask(file);
    } catch {
      return; // the file went away meanwhile: it has to be chosen again
    }
    form.elements.file.disabled = true;
    form.submit();
  });
  window.addEventListener("pageshow", () => { form.elements.file.disabled = false; });
}
