// Keeps what is typed into a form of the record in this browser until it has been saved: a page that was closed or a
// machine that went down loses nothing. Each form in each tab keeps under a name of its own, and what a closed one has
// left is offered until somebody answers. It is brought back by sending it to the form's own address, which shows it
// again and saves nothing.
(() => {
  "use strict";

  const PREFIX = "unsaved:";
  const OLDEST = 14 * 24 * 60 * 60 * 1000; // milliseconds that it is kept
  const WAIT = 400;
  // "23 Nov 2026, 01:17", as the pages write it.
  const LANGUAGE = document.documentElement.lang.replace(/^en(?:-us)?$/i, "en-GB");
  const OURS = new Set(["csrfmiddlewaretoken", "_bring_back", "work", "made_for"]);
  const NOT_TYPED = new Set(["seen", "answered", "insisted"]);

  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };

  const tidy = () => {
    const saved = /(?:^|; )saved=([0-9a-f.]+)/.exec(document.cookie)?.[1].split(".") ?? [];
    for (const key of keys()) {
      const kept = read(key);
      if (!kept || saved.includes(kept.work) || Date.now() - kept.at > OLDEST) localStorage.removeItem(key);
    }
  };

  const values = (form) =>
    [...new FormData(form)].filter(([name]) => !name.includes("__prefix__") && !OURS.has(name));

  const typed = (found) => JSON.stringify(found.filter(([name]) => !NOT_TYPED.has(name)));

  // A form holds the lock of its own name as long as its page stands: what is locked is still being typed elsewhere.
  const hold = (key) => navigator.locks?.request(key, () => new Promise(() => {}));
  const onceFree = (key, what) => (navigator.locks ? navigator.locks.request(key, what) : what());

  const bringBack = (form, kept) => {
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
  };

  const offer = (key, note, form) => {
    const kept = read(key);
    // It may have been saved meanwhile, or say what stands here already.
    if (!kept || typed(kept.values) === typed(values(form))) return;
    const row = note.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("span").textContent = kept.values.find(([name]) => /^(title|name)$/.test(name))?.[1] || "–";
    row.querySelector("time").textContent = new Date(kept.at).toLocaleString(LANGUAGE, {
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    row.querySelector("[name=bring-back]").addEventListener("click", () => bringBack(form, kept));
    row.querySelector("[name=throw-away]").addEventListener("click", () => {
      localStorage.removeItem(key);
      row.remove();
      note.hidden = !note.querySelector("ul > li");
    });
    note.querySelector("ul").append(row);
    note.hidden = false;
  };

  const start = () => {
    tidy();
    document.getElementById("logout-form")?.addEventListener("submit", () => {
      keys().forEach((key) => localStorage.removeItem(key));
    });

    const note = document.getElementById("kept");
    const form = note?.closest("form");
    const work = form?.elements.work?.value;
    if (!work) return;
    const place = `${PREFIX}${note.dataset.user}:${location.pathname}:`;
    hold(place + work);

    let before = JSON.stringify(values(form));
    const keep = () => {
      const now = JSON.stringify(values(form));
      if (now === before) return;
      before = now;
      localStorage.setItem(place + work, JSON.stringify({ work, at: Date.now(), values: JSON.parse(now) }));
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

    const left = keys().filter((key) => key.startsWith(place) && key !== place + work);
    left.sort((one, other) => (read(other)?.at ?? 0) - (read(one)?.at ?? 0));
    left.forEach((key) => onceFree(key, () => offer(key, note, form)));
  };

  try {
    localStorage.length;
  } catch {
    return; // storage is switched off
  }
  if (document.readyState !== "complete") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
