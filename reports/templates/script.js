/* The list of findings: filter, search, sort, open, copy, export. Plain script without a library and without requests.

   The address says what is shown, so that a link keeps it:
     #list?severity=critical&severity=high&status=failed&family=OWN&q=words&sort=due&order=down&f=FINGERPRINT
   severity  critical high medium low info      status  failed unknown waived
   family    OWN, SYN …                         check   OWN201 …
   change    new worse better persisting lapsed reason  withheld, timeout … (why undecided; none = not said)
   entity    record number, or the name of an entity without one; province, provider, owner, group: as shown
   A key given several times means any of these; different keys must all hold. An empty value means "not filled in".
   sort      a column of the list: severity status check change entity_name target message due start_by owner
   order     down for descending;  q  words that must all occur;  f  the finding that is open
   #f-FINGERPRINT is the entry on the page; where it does not stand there, the list opens it.

   A link in a template keeps leading somewhere without scripts, and says what it shows with them:
     <a href="#severity-high" data-list="severity=high&amp;status=failed">

   Texts of the data reach the page through textContent alone. */
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const app = byId("list-app");
  if (!app) return;
  const { as_of: asOf, shown: shownColumns, csv: csvColumns, words } = JSON.parse(byId("list-words").textContent);
  const grid = byId("list-grid");
  const head = grid.querySelector(".list-head");
  const body = grid.querySelector(".list-body");
  const search = byId("list-q");
  const panel = byId("list-detail");
  const command = byId("list-command");

  const TARGET = "\uffff"; // stands for the target of the row in texts that name it
  const SHAPES = { critical: "■", high: "▲", medium: "◆", low: "●", info: "○", failed: "✕", unknown: "◌", waived: "⊘" };
  const MARKED = ["severity", "status"]; // columns that show a shape beside the word
  const SEARCHED = ["target", "message", "entity_name", "entity_number", "service_number", "domain", "check", "check_title", "fingerprint"];
  const WIDTHS = { severity: "4.4em", status: "6.3em", check: "4.9em", change: "3.9em", entity_name: "minmax(6em, 1.1fr)", target: "minmax(6em, 1.2fr)",
    message: "minmax(8em, 2.2fr)", due: "6.4em", start_by: "6.4em", owner: "4.6em" };
  const EAGER = 60; // menus of more choices are filled only when somebody opens them
  const MENU_LIMIT = 300;
  const OVERSCAN = 8; // rows drawn above and below what is in sight

  let count = 0; // findings in the list
  let columns = {}; // key → {values, codes, rows}
  let facets = []; // {key, column, chosen: Set of places among the values, counts, element, fill}
  let shown = new Uint32Array(0); // rows that pass the filters, in the order of sorting
  let length = 0; // how many of `shown` are in use
  let haystack = null; // {text, ends}: all that is searched, one finding after the other
  let whole = null; // promise: the details are there
  let at = 0; // position of the cursor among the shown
  let open = -1; // row whose details are open
  let query = "";
  let strays = []; // [key, value] that an address asks for and no finding has: nothing is shown then, rather than all
  let sort = { key: "", down: false };
  let rowHeight = 0;
  let pool = []; // the row elements that are used again and again

  const number = (value) => value.toLocaleString("en-US");
  const fill = (key, values) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const node = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  /* ---- data ---- */

  async function unpack(id) {
    const element = byId(id);
    const packed = atob(element.textContent);
    element.remove(); // megabytes that nobody needs again
    const bytes = new Uint8Array(packed.length);
    for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  /* Without "rows" every row has its own value in the order of the rows, or all share the only one. */
  function take(packed) {
    for (const [key, raw] of Object.entries(packed)) {
      const rows = raw.rows ? Uint32Array.from(raw.rows)
        : raw.values.length === 1 ? new Uint32Array(count) : Uint32Array.from({ length: count }, (_, row) => row);
      columns[key] = { values: raw.values, codes: raw.codes || raw.values, rows };
    }
  }

  function text(key, row) {
    const found = columns[key].values[columns[key].rows[row]];
    return found.includes(TARGET) ? found.split(TARGET).join(text("target", row)) : found;
  }
  const code = (key, row) => columns[key].codes[columns[key].rows[row]];

  /* ---- search, filter, sort ---- */

  function makeHaystack() {
    const own = SEARCHED.map((key) => columns[key]);
    const lowered = own.map((column) => column.values.map((value) => value.toLowerCase()));
    const parts = new Array(count);
    for (let row = 0; row < count; row++) {
      const target = lowered[0][own[0].rows[row]];
      let joined = target;
      for (let i = 1; i < own.length; i++) {
        const value = lowered[i][own[i].rows[row]];
        if (value && value !== TARGET) joined += "\n" + (value.includes(TARGET) ? value.split(TARGET).join(target) : value);
      }
      parts[row] = joined;
    }
    const ends = new Uint32Array(count);
    for (let row = 0, end = 0; row < count; row++) ends[row] = end += parts[row].length + 1;
    haystack = { text: parts.join("\0") + "\0", ends };
  }

  /* One long text is searched faster than a hundred thousand short ones; a hit goes on with the next finding. */
  function searchRows() {
    const needles = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!needles.length || !haystack) return null;
    const { text: hay, ends } = haystack;
    const hits = new Uint8Array(count);
    for (const needle of needles) {
      let row = 0;
      for (let found = hay.indexOf(needle); found >= 0 && row < count; found = hay.indexOf(needle, ends[row - 1])) {
        if (ends[row] <= found) { // the row of this place, by halving
          let low = row, high = count - 1;
          while (low < high) { const middle = (low + high) >> 1; if (ends[middle] <= found) low = middle + 1; else high = middle; }
          row = low;
        }
        hits[row++]++;
      }
    }
    for (let row = 0; row < count; row++) hits[row] = hits[row] === needles.length ? 1 : 0;
    return hits;
  }

  /* All rows in the order of a column. Its values stand sorted already, so that counting them is enough. */
  function ordered() {
    const column = columns[sort.key];
    if (!column) return null;
    const kinds = column.values.length;
    const empty = kinds > 0 && column.values[kinds - 1] === "" ? kinds - 1 : -1; // stays last in both directions
    const placeOf = (kind) => (!sort.down || kind === empty ? kind : kinds - 1 - kind - (empty >= 0 ? 1 : 0));
    const starts = new Uint32Array(kinds + 1);
    for (let row = 0; row < count; row++) starts[placeOf(column.rows[row]) + 1]++;
    for (let kind = 0; kind < kinds; kind++) starts[kind + 1] += starts[kind];
    const order = new Uint32Array(count);
    for (let row = 0; row < count; row++) order[starts[placeOf(column.rows[row])]++] = row;
    return order;
  }

  /* One walk over all rows: which are shown, and how many each choice would show if its own filter were off. */
  function select() {
    const active = facets.filter((facet) => facet.chosen.size);
    for (const facet of facets) facet.counts.fill(0);
    for (const facet of active) {
      facet.mask = new Uint8Array(facet.column.values.length);
      for (const place of facet.chosen) facet.mask[place] = 1;
    }
    const hits = strays.length ? new Uint8Array(count) : searchRows();
    const order = ordered();
    length = 0;
    for (let k = 0; k < count; k++) {
      const row = order ? order[k] : k;
      if (hits && !hits[row]) continue;
      let missed = null, misses = 0;
      for (const facet of active) {
        if (!facet.mask[facet.column.rows[row]]) { missed = facet; if (++misses > 1) break; }
      }
      if (misses === 0) {
        shown[length++] = row;
        for (const facet of facets) facet.counts[facet.column.rows[row]]++;
      } else if (misses === 1) missed.counts[missed.column.rows[row]]++;
    }
  }

  /* After every change of a filter or the order. */
  function refresh() {
    select();
    at = Math.max(shown.subarray(0, length).indexOf(open), 0);
    for (const facet of facets) facet.fill();
    showActive();
    for (const button of head.querySelectorAll("button")) {
      const own = button.dataset.sort === sort.key;
      button.parentNode.setAttribute("aria-sort", own ? (sort.down ? "descending" : "ascending") : "none");
    }
    byId("list-count").textContent = fill("list_shown", { shown: number(length), total: number(count) });
    byId("list-none").hidden = length > 0;
    byId("list-export").disabled = length === 0;
    grid.hidden = length === 0;
    grid.setAttribute("aria-rowcount", String(length + 1));
    grid.scrollTop = 0;
    reveal();
    measure();
  }

  /* ---- filters ---- */

  function makeFacets() {
    for (const element of app.querySelectorAll("[data-facet]")) {
      const key = element.dataset.facet;
      const column = columns[key];
      const label = element.tagName === "SELECT" ? app.querySelector(`label[for="${element.id}"]`) : element.querySelector("legend");
      const facet = { key, column, element, label: label.textContent, chosen: new Set(), counts: new Uint32Array(column.values.length) };
      if (element.tagName === "SELECT") makeMenu(facet); else makeChoices(facet);
      facets.push(facet);
    }
  }

  const choice = (facet, place) => facet.column.values[place] || words.list_blank;

  function makeChoices(facet) {
    const boxes = facet.column.values.map((_, place) => {
      const label = node("label");
      const box = node("input");
      const amount = node("b");
      box.type = "checkbox";
      const word = node("span", facet.key === "severity" ? "severity " + facet.column.codes[place] : facet.column.codes[place]);
      const shape = SHAPES[facet.column.codes[place]];
      if (shape) word.append(mark(shape));
      word.append(choice(facet, place));
      label.append(box, word, amount);
      facet.element.append(label);
      box.addEventListener("change", () => {
        if (box.checked) facet.chosen.add(place); else facet.chosen.delete(place);
        changed();
      });
      return { box, amount };
    });
    facet.fill = () => boxes.forEach(({ box, amount }, place) => {
      box.checked = facet.chosen.has(place);
      amount.textContent = number(facet.counts[place]);
    });
  }

  function makeMenu(facet) {
    const menu = facet.element;
    let stale = true;
    const option = (value, label) => { const made = node("option", "", label); made.value = value; return made; };
    const write = (places) => {
      const { chosen } = facet;
      const options = [option("all", words.list_all)];
      if (chosen.size > 1) options.push(option("several", fill("list_several", { count: chosen.size })));
      for (const place of places) options.push(option(String(place), `${choice(facet, place)} (${number(facet.counts[place])})`));
      menu.replaceChildren(...options);
      menu.value = chosen.size === 0 ? "all" : chosen.size > 1 ? "several" : String([...chosen][0]);
    };
    const complete = () => {
      if (!stale) return;
      stale = false;
      const places = [];
      facet.counts.forEach((amount, place) => { if (amount || facet.chosen.has(place)) places.push(place); });
      if (places.length <= MENU_LIMIT) return write(places);
      places.sort((one, other) => facet.chosen.has(other) - facet.chosen.has(one) || facet.counts[other] - facet.counts[one] || one - other);
      write(places.slice(0, MENU_LIMIT).sort((one, other) => one - other));
      const rest = option("rest", fill("list_more_choices", { count: number(places.length - MENU_LIMIT) }));
      rest.disabled = true;
      menu.append(rest);
    };
    facet.fill = () => {
      stale = true;
      if (facet.counts.length <= EAGER || document.activeElement === menu) complete(); else write([...facet.chosen]);
    };
    menu.addEventListener("pointerdown", complete);
    menu.addEventListener("focus", complete);
    menu.addEventListener("change", () => {
      if (menu.value === "several") return;
      facet.chosen = new Set(menu.value === "all" ? [] : [Number(menu.value)]);
      changed();
    });
  }

  /* What is filtered by, each to be taken away on its own. */
  function showActive() {
    const list = byId("list-active");
    const items = [];
    const add = (label, remove) => {
      const item = node("li");
      const button = node("button", "", label + " ✕");
      button.type = "button";
      button.setAttribute("aria-label", fill("list_remove", { filter: label }));
      button.addEventListener("click", () => {
        remove();
        changed();
        (list.querySelector("button") || search).focus();
      });
      item.append(button);
      items.push(item);
    };
    if (query) add(`${words.list_search}: ${query}`, () => { query = search.value = ""; });
    for (const facet of facets) {
      for (const place of facet.chosen) add(`${facet.label}: ${choice(facet, place)}`, () => facet.chosen.delete(place));
    }
    for (const stray of strays) add(stray.join(": "), () => { strays = strays.filter((one) => one !== stray); });
    list.replaceChildren(...items);
    byId("list-clear").disabled = items.length === 0;
  }

  /* ---- rows ---- */

  const mark = (shape) => { const made = node("span", "shape", shape); made.setAttribute("aria-hidden", "true"); return made; };
  /* How bad a failure is; of what is undecided it is only the weight that it would have. */
  const weight = (row) => "severity " + (code("status", row) === "unknown" ? "undecided" : code("severity", row));
  const late = (row, key) => text(key, row) && text(key, row) < asOf && code("status", row) !== "waived";

  function makeRow() {
    const row = node("div", "list-row");
    row.setAttribute("role", "row");
    row.cells = shownColumns.map(([key]) => {
      const cell = node("div", "c-" + key);
      cell.setAttribute("role", "gridcell");
      row.append(cell);
      return cell;
    });
    row.addEventListener("click", () => { at = row.position; show(shown[at]); });
    return row;
  }

  function writeRow(element, position) {
    const row = shown[position];
    element.position = position;
    element.id = "list-row-" + position;
    element.style.transform = `translateY(${position * rowHeight}px)`;
    element.setAttribute("aria-rowindex", String(position + 2));
    element.setAttribute("aria-selected", String(row === open));
    element.classList.toggle("at", position === at);
    if (element.row === row) return;
    element.row = row;
    shownColumns.forEach(([key], i) => {
      const cell = element.cells[i];
      cell.textContent = text(key, row);
      if (MARKED.includes(key)) {
        const word = node("span", key === "severity" ? weight(row) : code(key, row), cell.textContent);
        word.prepend(mark(SHAPES[code(key, row)] || ""));
        cell.replaceChildren(word);
      } else if ((key === "due" || key === "start_by") && late(row, key)) cell.append(" ", node("strong", "late", words.late));
    });
  }

  function draw() {
    const wanted = Math.min(Math.ceil(grid.clientHeight / rowHeight) + 2 * OVERSCAN, length);
    while (pool.length < wanted) { const row = makeRow(); pool.push(row); body.append(row); }
    while (pool.length > wanted) pool.pop().remove();
    const first = Math.max(Math.min(Math.floor(grid.scrollTop / rowHeight) - OVERSCAN, length - wanted), 0);
    for (let i = 0; i < wanted; i++) writeRow(pool[i], first + i);
    if (length && at >= first && at < first + wanted) grid.setAttribute("aria-activedescendant", "list-row-" + at);
    else grid.removeAttribute("aria-activedescendant");
  }

  function measure() {
    if (grid.hidden) return;
    if (!pool.length) { const row = makeRow(); pool.push(row); body.append(row); }
    const before = rowHeight;
    rowHeight = pool[0].offsetHeight || 48;
    body.style.height = length * rowHeight + "px";
    if (before && before !== rowHeight) reveal();
    draw();
  }

  /* Scroll no further than the cursor needs. */
  function reveal() {
    const top = at * rowHeight;
    const room = grid.clientHeight - head.offsetHeight;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + rowHeight > grid.scrollTop + room) grid.scrollTop = top + rowHeight - room;
  }

  function move(to) {
    if (!length) return;
    at = Math.min(Math.max(to, 0), length - 1);
    reveal();
    if (open >= 0) show(shown[at], false); else draw();
  }

  /* ---- details ---- */

  async function show(row, focus = true) {
    open = row;
    await whole;
    if (open !== row) return; // another one was asked for meanwhile
    writeEntry(row);
    const position = shown.subarray(0, length).indexOf(row);
    if (position >= 0) at = position;
    byId("list-previous").disabled = position <= 0;
    byId("list-next").disabled = position < 0 || position >= length - 1;
    panel.hidden = false;
    panel.scrollTop = 0;
    draw();
    if (focus) panel.focus({ preventScroll: true });
    remember();
  }

  function close() {
    if (open < 0) return;
    open = -1;
    panel.hidden = true;
    draw();
    remember();
    (grid.hidden ? search : grid).focus({ preventScroll: true });
  }

  function writeEntry(row) {
    const has = (key) => text(key, row);
    const top = node("p", "bits");
    const severity = node("span", weight(row), has("severity"));
    severity.prepend(mark(SHAPES[code("severity", row)]));
    const status = node("span", code("status", row), has("status"));
    status.prepend(mark(SHAPES[code("status", row)]));
    top.append(severity, status, node("span", "check", has("check")), node("span", "tag", has("change")));
    const parts = [top, node("h4", "", has("check_title")), node("p", "target", `${has("scope")} · ${has("target")}`), node("p", "message", has("message"))];
    if (has("expected") || has("observed")) {
      const filing = has("compares") === "filing";
      const compare = node("div", "compare");
      for (const [key, label] of [["expected", filing ? "filing_says" : "required"], ["observed", filing ? "evidence_says" : "found"]]) {
        const side = node("div");
        side.append(node("span", "label", words[label]), node("span", "v", has(key) || "—"));
        compare.append(side);
      }
      parts.push(compare);
    }
    const list = node("dl");
    const tell = (label, value) => { if (value) list.append(node("dt", "", label), node("dd", "", value)); };
    const day = (key) => has(key) + (has(key) && has("estimated_column") ? ` (${words.estimated})` : "") + (late(row, key) ? " " + words.late : "");
    for (const key of ["reason", "way_out"]) tell(words[key], has(key));
    tell(words.list_waiver, has("waiver"));
    for (const key of ["due", "start_by"]) tell(words[key], day(key));
    tell(words.list_owner, has("owner"));
    tell(words.list_answer, has("answer"));
    for (const key of ["remedy", "cells", "evidence", "basis", "entity_name", "entity_number", "service_number", "domain", "province", "provider", "group", "fingerprint"]) {
      tell(words[key], has(key));
    }
    byId("list-entry").replaceChildren(...parts, list);
    const article = byId("list-article");
    const anchor = anchorOf(has("fingerprint"));
    article.hidden = !byId(anchor);
    article.href = "#" + anchor;
    byId("list-copied").textContent = "";
    command.hidden = true;
    command.value = `audit waive ${has("fingerprint")} --until YYYY-MM-DD --reason "" --by ""`;
  }

  const anchorOf = (fingerprint) => "f-" + fingerprint.replace(/[^0-9A-Za-z-]/g, "-");

  async function copy() {
    let copied = true;
    try {
      await navigator.clipboard.writeText(command.value);
    } catch { // not allowed, or not there: the old way, and where that fails too, by hand
      command.hidden = false;
      command.select();
      copied = document.execCommand("copy");
      command.hidden = copied;
      if (copied) byId("list-copy").focus();
    }
    byId("list-copied").textContent = copied ? words.list_copied : words.list_copy_by_hand;
  }

  /* ---- export ---- */

  /* As the program's own CSV: no cell starts a formula, full-width signs included; plain negative numbers stay. */
  function defused(value) {
    const bare = value.replace(/^[ \u3000\u00a0]+/, "");
    return /^[=+\-@\t\r\n＝＋－＠]/.test(bare) && !/^-?\d+(\.\d+)?%?$/.test(value) ? "'" + value : value;
  }
  const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

  async function exportShown() {
    await whole;
    const lines = ["\ufeff" + csvColumns.map(([, label]) => quoted(label)).join(",") + "\r\n"];
    for (let k = 0; k < length; k++) {
      lines.push(csvColumns.map(([key]) => quoted(defused(text(key, shown[k])))).join(",") + "\r\n");
    }
    const address = URL.createObjectURL(new Blob(lines, { type: "text/csv;charset=utf-8" }));
    const link = node("a");
    link.href = address;
    link.download = `findings-${asOf}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    byId("list-count").textContent = fill("list_shown", { shown: number(length), total: number(count) }) + " · " + fill("list_exported", { count: number(length) });
  }

  /* ---- the address ---- */

  function remember() {
    const said = new URLSearchParams();
    for (const facet of facets) for (const place of facet.chosen) said.append(facet.key, facet.column.codes[place]);
    for (const [key, value] of strays) said.append(key, value);
    if (query) said.set("q", query);
    if (sort.key) said.set("sort", sort.key);
    if (sort.key && sort.down) said.set("order", "down");
    if (open >= 0 && columns.fingerprint) said.set("f", text("fingerprint", open));
    const address = String(said) ? "#list?" + said : "#list";
    try {
      history.replaceState(null, "", address);
    } catch { /* some browsers limit how often; the next change writes it */ }
  }

  function changed() {
    refresh();
    remember();
  }

  /* What the address asks for; true where it was meant for the list. */
  async function obey() {
    let asked;
    try {
      asked = decodeURIComponent(location.hash);
    } catch {
      return false;
    }
    const entry = asked.startsWith("#f-") && !byId(asked.slice(1));
    if (!entry && !location.hash.startsWith("#list?")) return false;
    const said = new URLSearchParams(entry ? "" : location.hash.slice("#list?".length));
    for (const facet of facets) {
      facet.chosen = new Set(said.getAll(facet.key).map((value) => facet.column.codes.indexOf(value)).filter((place) => place >= 0));
    }
    strays = [...said].filter(([key]) => Object.hasOwn(columns, key) && !said.getAll(key).some((value) => columns[key].codes.includes(value)));
    query = search.value = said.get("q") || "";
    const key = said.get("sort") || "";
    sort = { key: shownColumns.some(([one]) => one === key) ? key : "", down: said.get("order") === "down" };
    open = -1;
    panel.hidden = true;
    refresh();
    byId("list").scrollIntoView();
    if (!entry && !said.has("f")) return true;
    await whole;
    const wanted = entry ? asked.slice(1) : said.get("f");
    const { values, rows } = columns.fingerprint;
    const row = rows.findIndex((place) => (entry ? anchorOf(values[place]) : values[place]) === wanted);
    if (row < 0) byId("list-count").textContent = fill("list_not_found", { fingerprint: entry ? wanted.slice(2) : wanted });
    else {
      at = Math.max(shown.subarray(0, length).indexOf(row), 0);
      reveal();
      await show(row);
    }
    return true;
  }

  /* ---- events ---- */

  function listen() {
    let typing = 0;
    search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => { query = search.value.trim(); changed(); }, 120);
    });
    head.addEventListener("click", (event) => {
      const key = event.target.closest("button")?.dataset.sort;
      if (!key) return;
      // Up, down, and back to the order of the report.
      if (sort.key !== key) sort = { key, down: false };
      else sort = sort.down ? { key: "", down: false } : { key, down: true };
      changed();
    });
    let waiting = false;
    grid.addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; draw(); });
    }, { passive: true });
    grid.addEventListener("keydown", (event) => {
      if (event.target !== grid || event.altKey || event.ctrlKey || event.metaKey) return;
      const page = Math.max(Math.floor((grid.clientHeight - head.offsetHeight) / rowHeight) - 1, 1);
      const step = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: length - 1 }[event.key];
      if (step !== undefined) move(step);
      else if (event.key === "Enter" || event.key === " ") show(shown[at]);
      else return;
      event.preventDefault();
    });
    app.addEventListener("keydown", (event) => { if (event.key === "Escape" && open >= 0) { event.preventDefault(); close(); } });
    byId("list-close").addEventListener("click", close);
    byId("list-previous").addEventListener("click", () => move(at - 1));
    byId("list-next").addEventListener("click", () => move(at + 1));
    byId("list-copy").addEventListener("click", copy);
    byId("list-article").addEventListener("click", () => { panel.hidden = true; open = -1; draw(); });
    byId("list-export").addEventListener("click", exportShown);
    byId("list-clear").addEventListener("click", () => {
      for (const facet of facets) facet.chosen.clear();
      strays = [];
      query = search.value = "";
      changed();
      search.focus();
    });
    addEventListener("hashchange", obey);
    document.addEventListener("click", (event) => { // the same address again makes no event of its own
      const link = event.target.closest?.("a[href^='#list?']");
      if (link && link.hash === location.hash) obey();
    });
    new ResizeObserver(measure).observe(grid);
  }

  /* ---- start ---- */

  async function start() {
    try {
      const index = await unpack("list-index");
      count = index.count;
      shown = new Uint32Array(count);
      take(index.columns);
      makeFacets();
      byId("list-loading").hidden = true;
      app.hidden = false;
      grid.setAttribute("aria-colcount", String(shownColumns.length));
      grid.style.setProperty("--columns", shownColumns.map(([key]) => WIDTHS[key]).join(" "));
      listen();
      whole = painted().then(complete);
      if (!(await obey())) refresh();
      await whole;
    } catch (problem) {
      fail();
      throw problem;
    }
  }

  /* What the rows do not need: it comes once they stand on the screen. */
  async function complete() {
    take((await unpack("list-details")).columns);
    await painted();
    makeHaystack();
    if (query) refresh();
    app.dataset.state = "whole";
  }

  /* A page in the background is not painted at all. */
  function painted() {
    return new Promise((done) => { if (document.hidden) setTimeout(done); else requestAnimationFrame(() => setTimeout(done)); });
  }

  function fail() {
    byId("list-loading").hidden = true;
    byId("list-notice").hidden = false;
    app.hidden = true;
  }

  if (!("DecompressionStream" in window && "ResizeObserver" in window)) return fail();
  for (const link of document.querySelectorAll("a[data-list]")) link.href = "#list?" + link.dataset.list;
  byId("list-loading").hidden = false;
  // After the first paint: the top of the report is there to be read while the list unpacks.
  painted().then(start);
})();
