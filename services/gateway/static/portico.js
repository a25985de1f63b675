// Enhancements only: every page works without them.
"use strict";

// A form is sent once, however often its button is pressed; coming back to the page allows it again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// What went wrong is read out first.
document.getElementById("problems")?.focus();

// <button disabled data-wait="42">: counts down in its own text and can be pressed at zero.
for (const button of document.querySelectorAll("button[data-wait]")) {
  const ready = performance.now() + Number(button.dataset.wait) * 1000;
  const seconds = button.querySelector("[data-seconds]");
  const count = () => {
    const left = Math.ceil((ready - performance.now()) / 1000);
    if (left > 0) {
      if (seconds) seconds.textContent = String(left);
      setTimeout(count, 250);
    } else {
      button.disabled = false;
      button.textContent = button.dataset.ready;
    }
  };
  count();
}

// <button hidden aria-pressed="false" data-show="…">: lets a password be read; what is sent is a password again.
for (const button of document.querySelectorAll("button[data-show]")) {
  const field = document.getElementById(button.dataset.show);
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
}

// <button hidden data-print>: printing needs JavaScript, so the button shows only with it.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The menu of the account closes when somebody turns away from it.
const account = document.querySelector("details.account");
if (account) {
  document.addEventListener("click", (event) => {
    if (!account.contains(event.target)) account.open = false;
  });
  account.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && account.open) {
      account.open = false;
      account.querySelector("summary").focus();
    }
  });
}

// On a phone the sections are a row that scrolls: the present one comes into sight.
const row = document.querySelector(".sections ul");
const here = row?.querySelector("[aria-current]");
if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
