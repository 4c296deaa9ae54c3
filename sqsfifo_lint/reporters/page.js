"use strict";
// Filters and groups what is in the page already: without this script, everything is shown, grouped by rule.
// Nothing of what was found is ever read as HTML: only `textContent`, and attributes that hold no address.
(() => {
  const findings = [...document.querySelectorAll("article.finding")];
  const list = document.getElementById("findings");
  const search = document.getElementById("search");
  const by = document.getElementById("by");
  const shown = document.getElementById("shown");
  const selects = [...document.querySelectorAll("select[data-filter]")];
  const boxes = [...document.querySelectorAll("input[data-show]")];
  const heads = new Map([...document.querySelectorAll("section.group")].map((one) => [one.dataset.key, one]));
  const texts = new Map(findings.map((one) => [one, one.textContent.toLowerCase()]));

  const fits = (one) =>
    search.value.toLowerCase().split(/\s+/).every((word) => texts.get(one).includes(word)) &&
    selects.every((select) => !select.value || one.dataset[select.dataset.filter] === select.value) &&
    boxes.every((box) => box.checked || !one.dataset.kinds.split(" ").includes(box.dataset.show));

  const section = (key) => {
    if (by.value === "rule") return heads.get(key);
    const made = document.createElement("section");
    made.className = "group";
    const title = document.createElement("h2");
    title.append(document.createTextNode(`${key} `), Object.assign(document.createElement("span"), { className: "count" }));
    made.append(title);
    return made;
  };

  const group = () => {
    const groups = new Map();
    for (const one of findings) {
      const key = one.dataset[by.value];
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(one);
    }
    const errors = (several) => several.filter((one) => one.dataset.severity === "error").length;
    const order = [...groups].sort((a, b) => errors(b[1]) - errors(a[1]) || b[1].length - a[1].length);
    list.replaceChildren(
      ...order.map(([key, several]) => {
        const made = section(key);
        made.append(...several);
        return made;
      }),
    );
  };

  const filter = () => {
    let all = 0;
    for (const one of findings) one.hidden = !fits(one);
    for (const made of list.querySelectorAll("section.group")) {
      const count = made.querySelectorAll("article.finding:not([hidden])").length;
      made.hidden = count === 0;
      made.querySelector(".count").textContent = `(${count})`;
      all += count;
    }
    shown.textContent = `${all} of ${findings.length} shown`;
  };

  const choose = (mark) => {
    for (const select of selects) if (select.dataset.filter === "queue") select.value = mark.dataset.queue ?? "";
    search.value = mark.dataset.file ?? "";
    filter();
    list.scrollIntoView();
  };

  by.addEventListener("change", () => { group(); filter(); });
  for (const one of [search, ...selects, ...boxes]) one.addEventListener("input", filter);
  for (const mark of document.querySelectorAll(".topology [data-queue], .topology [data-file]")) {
    mark.addEventListener("click", () => choose(mark));
    mark.addEventListener("keydown", (event) => { if (event.key === "Enter") choose(mark); });
  }
  document.getElementById("unfold").addEventListener("change", (event) => {
    for (const one of document.querySelectorAll("article details")) one.open = event.target.checked;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
  });
  document.querySelector(".filters").hidden = false;
  group();
  filter();
})();
