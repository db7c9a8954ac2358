// Asks the browser for a security key when a form is sent, and sends the key's answer with it.
// `data-security-key` says whether a key is made ("create") or asked for ("get").
const forms = document.querySelectorAll("form[data-security-key]");

function isAble() {
  return window.isSecureContext && Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);
}

async function answerOf(form) {
  const { publicKey } = JSON.parse(form.dataset.options);
  if (form.dataset.securityKey === "create") {
    return navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
    });
  }
  return navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
  });
}

function complain(form, text) {
  const problem = form.querySelector("[data-problem]");
  problem.textContent = text;
  problem.hidden = false;
}

for (const form of forms) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!isAble()) {
      complain(form, form.dataset.unable);
      return;
    }
    try {
      form.elements.credential.value = JSON.stringify(await answerOf(form));
    } catch {
      complain(form, form.dataset.failed);
      return;
    }
    form.submit();
  });
}
