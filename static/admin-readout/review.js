// An article beside its proposals: the evidence of the value that the cursor or the focus is at is lit in the text,
// and the other way round. Without scripts, numbers in the text and links at the values lead to each other, and a
// leader other than the one proposed is typed.
(() => {
  "use strict";

  const start = () => {
    const article = document.getElementById("article");
    if (!article) return;

    // The list above it finds every leader now; what somebody has typed stays in sight.
    for (const row of document.querySelectorAll(".value__other")) {
      row.hidden = !row.querySelector("input").value;
    }

    const marks = [...article.querySelectorAll("mark")].map((mark) => [mark, mark.dataset.keys.split(" ")]);
    const isOf = (key, keys) => keys.some((one) => one === key || one.startsWith(`${key}-`));

    const light = (key, proposal) => {
      for (const [mark, keys] of marks) {
        mark.classList.toggle("is-lit", Boolean(key) && isOf(key, keys));
        mark.classList.toggle("is-near", Boolean(proposal) && isOf(proposal, keys));
      }
    };

    // Only the text's own window moves, and only where there is one.
    const show = (key) => {
      const first = marks.find(([, keys]) => isOf(key, keys))?.[0];
      if (!first || article.scrollHeight <= article.clientHeight) return;
      const [frame, box] = [article.getBoundingClientRect(), first.getBoundingClientRect()];
      if (box.top < frame.top || box.bottom > frame.bottom) {
        article.scrollTop += box.top - frame.top - article.clientHeight / 3;
      }
    };

    const at = (element) => {
      const proposal = element.closest("[data-proposal]")?.dataset.proposal;
      const key = element.closest("[data-key]")?.dataset.key;
      light(key, proposal);
      if (key || proposal) show(key || proposal);
    };

    // The focus tells; the pointer only while it is over something that has evidence.
    const rest = () => at(document.activeElement || document.body);
    for (const one of document.querySelectorAll("[data-proposal]")) {
      one.addEventListener("focusin", (event) => at(event.target));
      one.addEventListener("pointerover", (event) => at(event.target));
      one.addEventListener("pointerleave", rest);
    }

    const rows = [...document.querySelectorAll("[data-key]")];
    const point = (keys) => {
      for (const row of rows) row.classList.toggle("is-lit", keys.includes(row.dataset.key));
    };
    article.addEventListener("pointerover", (event) => {
      point(event.target.closest("mark")?.dataset.keys.split(" ") || []);
    });
    article.addEventListener("pointerleave", () => point([]));
    article.addEventListener("focusin", (event) => {
      point([event.target.getAttribute("href")?.slice(1)]);
    });
    article.addEventListener("focusout", () => point([]));
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
