// What HTML and htmx can't do alone. Every page works without this file.
(() => {
  "use strict";

  // Appearance -----------------------------------------------------------------------------------------

  const root = document.documentElement;

  function showTheme() {
    const now = root.dataset.theme || "auto";
    for (const button of document.querySelectorAll("#theme button")) {
      button.setAttribute("aria-pressed", String(button.value === now));
    }
  }

  function chooseTheme(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (theme === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // Storage is switched off: the choice holds for this page.
    }
    showTheme();
  }

  // The timeline -----------------------------------------------------------------------------------------

  // Only what differs from the default stands in the address.
  const DEFAULTS = { match: "any", order: "newest" };

  document.addEventListener("htmx:configRequest", (event) => {
    const parameters = event.detail.parameters;
    for (const name of Object.keys(parameters)) {
      const value = parameters[name];
      if (value === "" || value === DEFAULTS[name]) delete parameters[name];
    }
  });

  // The search field is never swapped, since somebody may be typing in it; it follows the address otherwise.
  function showWords() {
    const field = document.getElementById("q");
    if (!field || field === document.activeElement) return;
    field.value = new URLSearchParams(location.search).get("q") || "";
  }

  // The search field is asked for as it is typed in; its own change event, on leaving it, would ask again.
  document.addEventListener(
    "change",
    (event) => {
      if (event.target.id === "q") event.stopPropagation();
    },
    true,
  );

  // Lists that the reader has unfolded stay so when the facets are swapped.
  let unfolded = [];

  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = [...document.querySelectorAll("#facets details[open]")].map((one) => one.id);
  });

  let focusAfter = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    const from = event.detail.elt;
    focusAfter = null;
    if (from.closest("#chips, #tools")) focusAfter = () => document.getElementById("count");
    if (from.closest("#earlier")) {
      const known = document.querySelectorAll("#results .en__t a").length;
      focusAfter = () => document.querySelectorAll("#results .en__t a")[known];
    }
  });

  document.addEventListener("htmx:afterSettle", () => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    showWords();
    ready();
    if (!focusAfter) return;
    const target = focusAfter();
    focusAfter = null;
    if (target) target.focus({ preventScroll: target.id !== "count" });
  });

  document.addEventListener("htmx:responseError", () => say("failed"));
  document.addEventListener("htmx:sendError", () => say("failed"));

  function say(what) {
    const note = document.getElementById("trouble");
    if (note) note.hidden = what !== "failed";
  }

  document.addEventListener("htmx:afterOnLoad", () => say("well"));

  // Months and years of the strip are links inside a drawing, which htmx doesn't take over by itself.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("#strip svg a");
    if (!link || !window.htmx || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const twin = document.getElementById("strip-go");
    if (!twin) return;
    event.preventDefault();
    twin.setAttribute("href", link.getAttribute("href"));
    twin.setAttribute("hx-get", link.getAttribute("href"));
    window.htmx.process(twin);
    twin.click();
  });

  // Copying ----------------------------------------------------------------------------------------------

  const COPIED_FOR = 2500; // milliseconds

  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button[data-copy], button[data-copy-address]");
    if (!button) return;
    const field = button.dataset.copy && document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field ? (field.value ?? field.textContent) : location.href);
      confirmOn(button, button.dataset.done);
    } catch {
      // Not allowed here: then the text is selected, or the address bar has it anyway.
      if (field && field.select) field.select();
      else if (field) getSelection().selectAllChildren(field);
      if (field) confirmOn(button, button.dataset.selected);
    }
  });

  // For those who listen: a region has to stand before its words change, or they are not read out.
  const told = document.createElement("p");
  told.className = "vh";
  told.setAttribute("role", "status");
  document.body.append(told);

  function confirmOn(button, words) {
    const usual = button.dataset.usual || button.textContent;
    button.dataset.usual = usual;
    button.textContent = told.textContent = words;
    clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = setTimeout(() => {
      button.textContent = usual;
      told.textContent = "";
    }, COPIED_FOR);
  }

  // Sharing: the phone's own sheet, where there is one -----------------------------------------------------

  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button[data-share]");
    if (!button) return;
    try {
      await navigator.share({ title: button.dataset.share, url: button.dataset.shareAddress });
    } catch {
      // Called off by the reader, or not allowed: nothing is lost.
    }
  });

  // ------------------------------------------------------------------------------------------------------

  function ready() {
    for (const hidden of document.querySelectorAll("[data-script]")) hidden.hidden = false;
    for (const share of document.querySelectorAll("[data-share]")) share.hidden = !navigator.share;
    showTheme();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("#theme button");
    if (button) chooseTheme(button.value);
  });

  ready();
})();
