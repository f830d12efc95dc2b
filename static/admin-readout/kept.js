// Keeps what is typed into an event's form in this browser until it has been saved: a session that ended, a page
// that was closed or a machine that went down loses nothing. It is brought back by sending it to the form's own
// address, which shows it again and saves nothing.
(() => {
  "use strict";

  const PREFIX = "unsaved:";
  const OLDEST = 14 * 24 * 60 * 60 * 1000; // milliseconds that it is kept
  const WAIT = 400;
  const OURS = new Set(["csrfmiddlewaretoken", "_bring_back", "work"]);

  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };

  const tidy = () => {
    const saved = /(?:^|; )saved=([0-9a-f]+)/.exec(document.cookie)?.[1];
    for (const key of keys()) {
      const kept = read(key);
      if (!kept || kept.work === saved || Date.now() - kept.at > OLDEST) localStorage.removeItem(key);
    }
  };

  const values = (form) =>
    [...new FormData(form)].filter(([name]) => !name.includes("__prefix__") && !OURS.has(name));

  const start = () => {
    tidy();
    document.getElementById("logout-form")?.addEventListener("submit", () => {
      keys().forEach((key) => localStorage.removeItem(key));
    });

    const note = document.getElementById("kept");
    const form = note?.closest("form");
    const work = form?.elements.work?.value;
    if (!work) return;
    const key = `${PREFIX}${note.dataset.user}:${location.pathname}`;

    let before = JSON.stringify(values(form));
    const keep = () => {
      const now = JSON.stringify(values(form));
      if (now === before) return;
      before = now;
      note.hidden = true; // what is typed here now takes its place
      localStorage.setItem(key, JSON.stringify({ work, at: Date.now(), values: JSON.parse(now) }));
    };
    let timer;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(keep, WAIT);
    };
    form.addEventListener("input", soon);
    // The choosing widgets tell their changes through jQuery alone.
    if (window.django?.jQuery) window.django.jQuery(form).on("change", soon);
    else form.addEventListener("change", soon);
    form.addEventListener("submit", keep);
    window.addEventListener("pagehide", keep);

    const kept = read(key);
    // After a refusal the form itself still holds it.
    if (!kept || kept.work === work || JSON.stringify(kept.values) === before) return;
    note.querySelector("time").textContent = new Date(kept.at).toLocaleString(document.documentElement.lang);
    note.hidden = false;
    note.querySelector("[name=throw-away]").addEventListener("click", () => {
      localStorage.removeItem(key);
      note.hidden = true;
    });
    note.querySelector("[name=bring-back]").addEventListener("click", () => {
      const again = document.createElement("form");
      again.method = "post";
      again.hidden = true;
      const sent = [...kept.values, ["work", kept.work], ["_bring_back", "1"]];
      sent.push(["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value]);
      for (const [name, value] of sent) {
        const field = document.createElement("textarea");
        field.name = name;
        field.value = value;
        again.append(field);
      }
      document.body.append(again);
      again.submit();
    });
  };

  try {
    localStorage.length;
  } catch {
    return; // storage is switched off
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
