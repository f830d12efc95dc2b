// Says in words what became of asking for a passkey.
(() => {
  "use strict";

  const told = () => document.getElementById("passkey-fault");

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault(); // it has been said, and needs no line in the console
    const output = told();
    output.textContent = window.PublicKeyCredential ? output.dataset.refused : output.dataset.none;
    output.hidden = false;
  });
})();
