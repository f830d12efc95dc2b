// What the editors' forms say back while somebody types: what a date means, which post a leader held that day,
// whose a pasted address is. Each question goes to this site; without scripts the answers come when saving.
(() => {
  "use strict";

  const WAIT = 250; // milliseconds after the last key
  const timers = new WeakMap();

  const later = (element, what) => {
    clearTimeout(timers.get(element));
    timers.set(element, setTimeout(what, WAIT));
  };

  const ask = async (address, values) => {
    const response = await fetch(`${address}?${new URLSearchParams(values)}`, { credentials: "same-origin" });
    const isAnswer = response.ok && (response.headers.get("Content-Type") || "").includes("json");
    return isAnswer ? response.json() : null; // a session may have ended: saving will say so
  };

  const say = (output, words, isRefused) => {
    if (output.textContent !== words) output.textContent = words;
    output.classList.toggle("is-refused", Boolean(isRefused));
  };

  const sayDate = async (input) => {
    const output = input.parentElement.querySelector("output");
    const asked = input.value;
    const found = asked.trim() ? await ask(output.dataset.dateAddress, { text: asked }) : {};
    if (found && input.value === asked) say(output, found.words || found.error || "", found.error);
  };

  // An output behind a field, made when there is something to say for the first time.
  const behind = (element) => {
    const row = element.closest(".related-widget-wrapper") || element;
    let output = row.parentElement.querySelector(":scope > output.said");
    if (!output) {
      output = document.createElement("output");
      output.className = "said";
      row.after(output);
    }
    return output;
  };

  const sayPost = async (select) => {
    const date = document.getElementById("id_date");
    const values = { leader: select.value, date: date ? date.value : "" };
    const found = values.leader && values.date ? await ask(select.dataset.postAddress, values) : { words: "" };
    if (found && select.value === values.leader) say(behind(select), found.words || found.error || "", found.error);
  };

  const saySource = async (input) => {
    const asked = input.value;
    const found = asked.trim() ? await ask(input.dataset.sourceAddress, { address: asked }) : {};
    if (!found || input.value !== asked) return;
    say(behind(input), found.text || "", false);
    const publisher = document.getElementById(input.id.replace(/(address|url)$/, "publisher"));
    if (publisher) publisher.placeholder = found.publisher || "";
  };

  const posts = () => document.querySelectorAll("select[data-post-address]:not([name*=__prefix__])");

  document.addEventListener("input", (event) => {
    const input = event.target;
    if (input.closest(".typed-date")) later(input, () => sayDate(input));
    if (input.id === "id_date") later(document.body, () => posts().forEach(sayPost));
    if (input.dataset.sourceAddress) later(input, () => saySource(input));
  });

  document.addEventListener("DOMContentLoaded", () => {
    posts().forEach((select) => select.value && sayPost(select));
    // The choosing widget tells its changes through jQuery alone.
    window.django?.jQuery?.(document).on("change", "select[data-post-address]", (event) => sayPost(event.target));
  });
})();
