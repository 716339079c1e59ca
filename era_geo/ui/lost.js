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

  const state = () => document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState;
  let lost = false;
  let at = null; // where the focus was
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
  const takeUpAgain = (tries) => {
    const button = document.querySelector(".st-key-eg_back button");
    if (button && !button.disabled) {
      if (at?.isConnected) at.focus();
      button.click();
    } else if (tries > 0) setTimeout(takeUpAgain, 100, tries - 1);
  };
  setInterval(() => {
    const up = state() === "CONNECTED";
    if (up && lost) {
      lost = false;
      document.body.classList.remove("eg-no-answer");
      say("status", words.back);
      takeUpAgain(100);
    } else if (!up && !lost) {
      lost = true;
      at = document.activeElement;
      at?.blur(); // what was being typed is among what the window tells when the app is back
      document.body.classList.add("eg-no-answer");
      say("alert", words.lost);
    }
    if (lost) closeTheirs();
  }, 250);
}
