
"use strict";
// Orders, hides and adds up the rows of a preview's page. Nothing is kept, and nothing is sent.
const start = () => {
  const find = (id) => document.getElementById(id);
  const form = find("filters");
  if (!form) {
    return;
  }
  const SPACES = /\s+/gu;
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const plain = (text) => text.normalize("NFC").toLowerCase().replace(SPACES, " ");

  // Writes a whole number of units as its shape says (hotelpay.pictures.preview_page_shapes). A BigInt loses no digit.
  const writer = ({ prefix, suffix, point, group, least, decimals }) => {
    const places = Number(decimals);
    const apart = Number(least);
    return (units) => {
      const digits = units.toString().padStart(places + 1, "0");
      const split = digits.length - places;
      let whole = digits.slice(0, split);
      if (apart && split >= apart) {
        whole = whole.replace(/\B(?=(?:\d{3})+$)/gu, () => group);
      }
      return `${prefix}${whole}${point}${digits.slice(split)}${suffix}`;
    };
  };
  const filled = (text, values) => text.replace(/\{(\w+)\}/gu, (_, name) => values[name]);
  const textOf = (cell) => (cell.querySelector("summary") ?? cell).textContent;

  // What the cells of a column are sorted by: null for one that is empty, which is last either way.
  const KEYS = {
    number: (cell) => (cell.dataset.k === undefined ? null : Number(cell.dataset.k)),
    amount: (cell) => (cell.dataset.k === undefined ? null : [cell.dataset.c, BigInt(cell.dataset.k)]),
    text: (cell) => textOf(cell) || null,
  };
  const smaller = (a, b) => (a < b ? -1 : Number(a > b));
  const COMPARE = {
    number: smaller,
    amount: (a, b) => smaller(a[0], b[0]) || smaller(a[1], b[1]),
    text: collator.compare,
  };

  class Rows {
    constructor(table) {
      this.table = table;
      this.body = table.tBodies[0];
      this.rows = Array.from(this.body.rows, (row, place) => ({ row, place, shown: true, text: null }));
      this.sorted = this.rows;
      this.listed = this.rows;
      this.all = false;
      this.keys = new Map();
      this.heads = [...table.tHead.rows[0].cells];
      this.names = this.heads.map((head) => head.textContent.trim());
      this.count = find(`${table.id}-count`);
      this.order = find(`${table.id}-order`);
      this.none = find(`${table.id}-none`);
      this.more = find(`${table.id}-more`);
      this.most = Number(this.more.dataset.most);
      this.number = writer(this.count.dataset);
      this.more.querySelector("button").addEventListener("click", () => {
        this.all = true;
        this.list();
        this.heads[0].firstElementChild.focus();
      });
      this.heads.forEach((head, column) => this.addButton(head, column));
      table.classList.add("sorted");
      this.tellOrder();
    }

    addButton(head, column) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = this.names[column];
      button.addEventListener("click", () => this.sort(column));
      head.dataset.name = this.names[column]; // for the paper
      head.replaceChildren(button);
    }

    keysOf(column) {
      if (!this.keys.has(column)) {
        const key = KEYS[this.heads[column].dataset.kind ?? "text"];
        this.keys.set(column, this.rows.map(({ row }) => key(row.cells[column])));
      }
      return this.keys.get(column);
    }

    sort(column) {
      const head = this.heads[column];
      const downwards = head.getAttribute("aria-sort") === "ascending";
      const keys = this.keysOf(column);
      const compare = COMPARE[head.dataset.kind ?? "text"];
      const sign = downwards ? -1 : 1;
      // Where two are alike, the order of work decides.
      this.sorted = [...this.rows].sort((a, b) => {
        const [left, right] = [keys[a.place], keys[b.place]];
        if (left === null || right === null) {
          return (left === null) - (right === null) || a.place - b.place;
        }
        return sign * compare(left, right) || a.place - b.place;
      });
      this.heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", downwards ? "descending" : "ascending");
      this.list();
      this.tellOrder();
    }

    // Puts the rows that are shown first, in their order; of very many only so many, since moving each takes its time.
    list(everything = this.all) {
      const shown = this.sorted.filter((each) => each.shown);
      const listed = everything ? shown : shown.slice(0, this.most);
      this.more.hidden = listed.length === shown.length;
      if (listed.length === this.listed.length && listed.every((each, place) => each === this.listed[place])) {
        return;
      }
      const kept = new Set(listed);
      this.listed.filter((each) => !kept.has(each)).forEach(({ row }) => {
        row.hidden = true;
      });
      const rows = document.createDocumentFragment();
      listed.forEach(({ row }) => {
        row.hidden = false;
        rows.append(row);
      });
      this.body.prepend(rows);
      this.listed = listed;
    }

    tellOrder() {
      const column = this.heads.findIndex((head) => head.hasAttribute("aria-sort"));
      if (column >= 0) {
        const text = this.order.dataset[this.heads[column].getAttribute("aria-sort")];
        this.order.textContent = filled(text, { column: this.names[column] });
      }
    }

    filter(wanted) {
      let found = 0;
      for (const each of this.rows) {
        each.text ??= plain([...each.row.cells].map(textOf).join(" "));
        each.shown = wanted(each);
        found += each.shown;
      }
      this.list();
      const values = { shown: this.number(found), all: this.number(this.rows.length) };
      this.count.textContent = filled(this.count.dataset.text, values);
      this.count.hidden = false;
      this.table.hidden = !found;
      this.none.hidden = Boolean(found);
    }
  }

  const runs = find("runs") && new Rows(find("runs"));
  const tables = [runs, find("skips") && new Rows(find("skips"))].filter(Boolean);
  const [words, task, operation, remarks] = ["words", "task", "operation", "remarks"].map(find);
  const operations = new Map([...task.options].map((option) => [option.value, option.dataset.operation]));

  const addUp = (filtered) => {
    const lines = [...(find("sums")?.tBodies[0].rows ?? [])];
    const counted = lines.map(() => 0);
    const added = lines.map(() => 0n);
    for (const { row, shown } of runs ? runs.rows : []) {
      if (shown) {
        counted[row.dataset.g] += 1;
        added[row.dataset.g] += BigInt(row.cells[6].dataset.k ?? 0);
      }
    }
    lines.forEach((line, place) => {
      line.cells[3].textContent = runs.number(counted[place]);
      line.cells[4].textContent = "decimals" in line.dataset ? writer(line.dataset)(added[place]) : line.cells[2].textContent;
    });
    document.querySelectorAll(".of").forEach((cell) => {
      cell.hidden = !filtered;
    });
  };

  // What is filtered by, for the paper, where the controls are not.
  const inWords = () => {
    const label = (control) => control.labels[0].textContent;
    const chosen = [task, operation].filter((each) => each.value);
    return [
      ...(words.value.trim() ? [`${label(words)}: ${words.value.trim()}`] : []),
      ...chosen.map((each) => `${label(each)}: ${each.selectedOptions[0].textContent}`),
      ...(remarks.checked ? [label(remarks)] : []),
    ].join("; ");
  };

  const apply = () => {
    const asked = plain(words.value).split(" ").filter(Boolean);
    const matches = ({ row, text }) =>
      (!task.value || row.dataset.t === task.value) &&
      (!operation.value || operations.get(row.dataset.t) === operation.value) &&
      asked.every((word) => text.includes(word));
    const remarked = ({ row }) => !remarks.checked || row.cells[7].hasChildNodes();
    tables.forEach((table) => table.filter((each) => matches(each) && (table !== runs || remarked(each))));
    const told = inWords();
    addUp(Boolean(told));
    find("filtered").textContent = told;
    find("filtered").hidden = !told;
  };

  // One look a frame, however fast somebody types.
  let waiting = 0;
  const soon = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(apply);
  };
  form.addEventListener("input", soon);
  form.addEventListener("reset", soon);
  form.addEventListener("submit", (event) => event.preventDefault());
  const setAll = (open) => {
    for (const { row, shown } of runs ? runs.rows : []) {
      const details = row.cells[6].firstElementChild;
      if (details && (shown || !open)) {
        details.open = open;
      }
    }
  };
  find("open").addEventListener("click", () => setAll(true));
  find("close").addEventListener("click", () => setAll(false));
  find("print").addEventListener("click", () => window.print());
  // Paper bears all that is shown.
  addEventListener("beforeprint", () => tables.forEach((table) => table.list(true)));
  addEventListener("afterprint", () => tables.forEach((table) => table.list()));
  form.reset();
  form.hidden = false;
  apply();
};

// Ten thousand rows are not laid out before it is known which of them are listed.
document.documentElement.classList.add("starting");
document.addEventListener("DOMContentLoaded", () => {
  try {
    start();
  } finally {
    document.documentElement.classList.remove("starting");
  }
});
