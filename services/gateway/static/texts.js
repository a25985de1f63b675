// Placeholders at a press of a button. Without this, they are typed.
"use strict";

// <button data-insert="[Client.name]" data-into="id of a field">: puts it where one was writing.
for (const button of document.querySelectorAll("button[data-insert]")) {
  const into = document.getElementById(button.dataset.into);
  if (into.readOnly) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    into.focus();
    into.setRangeText(button.dataset.insert, into.selectionStart, into.selectionEnd, "end");
  });
}
