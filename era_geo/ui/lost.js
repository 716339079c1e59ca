(words) => {
  // Watches whether the app answers (Streamlit writes it on its own element), and says so in a box of our own. Streamlit's box speaks
  // of the internet and of settings; it is closed, and it stays closed. Run again with each page, this does something once only.
  if (document.getElementById("eg-lost")) return;
  const box = document.createElement("div");
  box.id = "eg-lost";
  box.hidden = true;
  box.dataset.reactAriaTopLayer = "true"; // a box of Streamlit's hides the rest of the page from screen readers, but not this
  const said = box.appendChild(document.createElement("p"));
  const close = box.appendChild(document.createElement("button"));
  close.textContent = words.close;
  close.onclick = () => { box.hidden = true; };
  document.body.appendChild(box);

  const app = () => document.querySelector("[data-testid=stApp]");
  let lost = false;
  const inADialog = (element) => Boolean(element.closest("[role=dialog], #eg-lost"));
  let at = null; // the field that the focus was in last, and the part of the page that holds it, by the app's own name
  document.addEventListener("focusin", ({ target }) => {
    if (lost || inADialog(target)) return;
    const part = target.closest("[class*=st-key-]");
    const name = part && [...part.classList].find((one) => one.startsWith("st-key-"));
    at = { field: target, again: name && `.${CSS.escape(name)} ${target.localName}` };
  });
  const say = (role, text) => {
    said.setAttribute("role", role);
    said.textContent = text;
    close.hidden = role === "alert"; // it stays until the app answers
    box.hidden = false;
  };
  const closeTheirs = () => {
    for (const dialog of document.querySelectorAll("[role=dialog]")) {
      if (dialog.textContent.includes("Connection error")) dialog.querySelector("button")?.click();
    }
  };
  const later = (what, tries) => { if (!what() && tries > 0) setTimeout(later, 100, what, tries - 1); };
  const takeUpAgain = () => {
    const button = document.querySelector(".st-key-eg_back button");
    if (!button || button.disabled) return false;
    button.click();
    setTimeout(later, 500, putTheFocusBack, 300);
    return true;
  };
  // Only when the page is drawn again: what had the focus may be another element by then. Who is elsewhere already stays there.
  const putTheFocusBack = () => {
    if (app()?.dataset.testScriptState !== "notRunning" || document.querySelector("[data-stale=true]")) return false;
    const now = document.activeElement;
    if (!now || now === document.body || inADialog(now)) {
      (at?.field.isConnected ? at.field : at?.again && document.querySelector(at.again))?.focus();
    }
    return true;
  };
  setInterval(() => {
    const up = app()?.dataset.testConnectionState === "CONNECTED";
    if (up && lost) {
      lost = false;
      document.body.classList.remove("eg-no-answer");
      say("status", words.back);
      later(takeUpAgain, 100);
    } else if (!up && !lost) {
      lost = true;
      document.activeElement?.blur(); // what was being typed is among what the window tells when the app is back
      document.body.classList.add("eg-no-answer");
      say("alert", words.lost);
    }
    if (lost) closeTheirs();
  }, 250);
}
