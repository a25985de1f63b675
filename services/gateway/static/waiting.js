// <… data-look-again="5">: what this page waits for comes by itself, so it looks again after so many seconds.
"use strict";

for (const waiting of document.querySelectorAll("[data-look-again]")) {
  setTimeout(() => location.reload(), Number(waiting.dataset.lookAgain) * 1000);
}
