// Django's choosing widget (select2) tells nobody what its boxes and its search field are for: each is named by the
// label of the list that it stands for.
(() => {
  const label = (select) => {
    const found = select.labels?.[0];
    if (found) found.id ||= `label-of-${select.id}`;
    return found;
  };

  const name = (box) => {
    const select = box.previousElementSibling;
    const found = select?.matches("select") && label(select);
    if (!found) return;
    const shown = box.querySelector(".select2-selection__rendered");
    const selection = box.querySelector(".select2-selection");
    selection?.setAttribute("aria-labelledby", shown?.id ? `${found.id} ${shown.id}` : found.id);
    for (const one of box.querySelectorAll("[role=textbox], .select2-search__field")) one.setAttribute("aria-labelledby", found.id);
  };

  const nameSearch = (field) => {
    const select = document.querySelector(".select2-container--open")?.previousElementSibling;
    const found = select?.matches("select") && label(select);
    if (found) field.setAttribute("aria-labelledby", found.id);
  };

  const look = (part) => {
    if (!(part instanceof Element)) return;
    const box = part.closest(".select2-container");
    for (const one of box ? [box] : part.querySelectorAll(".select2-container")) name(one);
    for (const one of part.querySelectorAll(".select2-dropdown .select2-search__field")) nameSearch(one);
  };

  document.addEventListener("DOMContentLoaded", () => {
    look(document.body);
    // The widget draws itself anew with every choice, and in every row that is added.
    new MutationObserver((changes) => {
      for (const change of changes) for (const part of change.addedNodes) look(part);
    }).observe(document.body, { childList: true, subtree: true });
  });
})();
