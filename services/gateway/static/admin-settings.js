// The settings. Without this, a button shows the colour, and the address is copied by hand.
"use strict";

// <input data-preview="id of a stylesheet">: the page takes on the colour while it is chosen.
for (const input of document.querySelectorAll("input[data-preview]")) {
  const sheet = document.getElementById(input.dataset.preview);
  const button = document.getElementById("show-colour");
  button.parentElement.hidden = true;
  let asked;
  input.addEventListener("input", () => {
    clearTimeout(asked);
    asked = setTimeout(() => {
      // The new one is put beside the old one, which goes once the new one is there: nothing flickers.
      const next = sheet.cloneNode();
      const shown = document.getElementById(sheet.id);
      next.href = `${new URL(shown.href).pathname}?accent=${input.value.slice(1)}`;
      next.addEventListener("load", () => shown.remove());
      shown.after(next);
    }, 120);
  });
}

// <button hidden data-copy="id of an input">: copying needs JavaScript, so the button shows only with it.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const input = document.getElementById(button.dataset.copy);
  const label = button.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(input.value);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
