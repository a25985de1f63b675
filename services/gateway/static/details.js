// The address form. Without this, its button shows the fields of a country.
"use strict";

// <select data-presses="id of a button">: choosing presses the button. Whoever goes through the list by keyboard is not
// disturbed before they leave it.
for (const select of document.querySelectorAll("select[data-presses]")) {
  const button = document.getElementById(select.dataset.presses);
  const shown = select.value;
  let byKey = false;
  const press = () => {
    if (select.value !== shown) select.form.requestSubmit(button);
  };
  button.parentElement.hidden = true;
  select.addEventListener("keydown", () => { byKey = true; });
  select.addEventListener("pointerdown", () => { byKey = false; });
  select.addEventListener("change", () => { if (!byKey) press(); });
  select.addEventListener("blur", press);
}
