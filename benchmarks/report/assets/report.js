"use strict";
// Sorts and filters the tables, and draws the charts when they come into view.

const data = JSON.parse(document.getElementById("data").textContent);
const PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5b3a9b", "#7f7f7f", "#b3261e", "#6b8e23", "#003f5c", "#a05195", "#8c564b", "#17becf"];
const DASHES = ["solid", "longdash", "dashdot"];
const styleOf = Object.fromEntries(data.solvers.map((solver, k) => [solver, {
  color: PALETTE[k % PALETTE.length], dash: DASHES[Math.floor(k / PALETTE.length) % DASHES.length],
}]));
const CONFIG = { responsive: true, displayModeBar: false };

// Plotly reads some tags in names
const text = (name) => name.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function layout(x, y) {
  return {
    margin: { l: 62, r: 12, t: 10, b: 46 }, font: { size: 12 }, hovermode: "closest", showlegend: true,
    legend: { orientation: "h", y: -0.22, yanchor: "top" }, xaxis: { zeroline: false, ...x }, yaxis: { zeroline: false, ...y },
  };
}

function line(solver, x, y, more) {
  const { line: own, ...rest } = more || {};
  return { x, y, name: text(solver), legendgroup: solver, mode: "lines", line: { shape: "hv", width: 2, ...styleOf[solver], ...own }, ...rest };
}

function draw(where, traces, arranged) {
  if (traces.length === 0) {
    Plotly.purge(where);
    where.textContent = "Nothing to draw.";
    return;
  }
  if (!where.classList.contains("js-plotly-plot")) where.textContent = "";
  Plotly.react(where, traces, arranged, CONFIG);
}

// --- tables ---------------------------------------------------------------------------------------------------------

const collator = new Intl.Collator("en", { numeric: true });

function compareCells(a, b, numeric) {
  if (a === "" || b === "") return (a === "") - (b === "");  // missing values last
  return numeric ? Number(a) - Number(b) : collator.compare(a, b);
}

function sortBy(table, column, heading) {
  const down = heading.getAttribute("aria-sort") === "ascending";
  const numeric = heading.classList.contains("number");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [row.cells[column].dataset.order, row]);
  rows.sort(([a], [b]) => (down && a !== "" && b !== "" ? -1 : 1) * compareCells(a, b, numeric));
  body.append(...rows.map(([, row]) => row));
  for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
}

function filterBy(box, words) {
  const rows = [...box.querySelector("table").tBodies[0].rows];
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows) {
    const content = row.textContent.toLowerCase();
    row.hidden = !wanted.every((word) => content.includes(word));
  }
  box.querySelector(".shown").textContent = wanted.length ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
}

function enliven(box) {
  const table = box.querySelector("table");
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    heading.firstElementChild.addEventListener("click", () => sortBy(table, column, heading));
  });
  const filter = box.querySelector(".filter input");
  if (filter) filter.addEventListener("input", () => filterBy(box, filter.value));
}

document.querySelectorAll(".table").forEach(enliven);

// --- comparisons ----------------------------------------------------------------------------------------------------

function drawProfile(scope, where, target) {
  const steps = scope.profiles[target];
  const last = Math.max(2, ...steps.flatMap((one) => one.ratio)) * 1.3;
  const traces = steps.map((one) => line(one.solver, [...one.ratio, last], [...one.share, one.share[one.share.length - 1]]));
  draw(where, traces, layout({ type: "log", title: { text: "factor of the fastest" } }, { range: [-0.03, 1.03], tickformat: ".0%" }));
}

function drawCurve(scope, where, kind) {
  const traces = scope.curves.map((one) => line(one.solver, one.seconds, one[kind]));
  draw(where, traces, layout({ type: "log", title: { text: "seconds" } }, { range: [-0.03, 1.03], tickformat: ".0%" }));
}

function enlivenScope(box) {
  const scope = data.groups[box.dataset.group].scopes[box.dataset.scope];
  const target = box.querySelector(".target"), kind = box.querySelector(".kind");
  if (!target) return;
  const profile = () => drawProfile(scope, box.querySelector(".profile"), target.value);
  const curve = () => drawCurve(scope, box.querySelector(".curve"), kind.value);
  target.addEventListener("change", profile);
  kind.addEventListener("change", curve);
  let drawn = false;
  const show = () => {
    if (!box.open || drawn) return;
    drawn = true;
    profile();
    curve();
  };
  box.addEventListener("toggle", show);
  show();
}

document.querySelectorAll(".scope").forEach(enlivenScope);

// --- one instance ---------------------------------------------------------------------------------------------------

const problemPick = document.getElementById("problem"), groupPick = document.getElementById("group");

function gapsOf(run) {
  return run.objective.map((objective, k) => {
    const bound = run.bound[k];
    return objective === null || bound === null ? null : Math.max(0, (objective - bound) / Math.max(Math.abs(objective), 1e-9));
  });
}

function drawProblem() {
  const problem = data.problems[problemPick.value];
  const runs = problem.runs.filter((run) => String(run.group) === groupPick.value);
  const seen = new Set();
  const values = [], gaps = [];
  for (const run of runs) {
    const first = !seen.has(run.solver);
    seen.add(run.solver);
    const hover = `${text(run.solver)}, ${run.seed === null ? "no seed" : `seed ${run.seed}`}: %{y:,.2f} at %{x:.1f} s<extra></extra>`;
    values.push(line(run.solver, run.seconds, run.objective, { showlegend: first, hovertemplate: hover }));
    values.push(line(run.solver, run.seconds, run.bound, { showlegend: false, hovertemplate: hover, line: { dash: "dot" } }));
    gaps.push(line(run.solver, run.seconds, gapsOf(run), { showlegend: first, hovertemplate: hover.replace(",.2f", ".4%") }));
  }
  const known = values.flatMap((trace) => trace.y).filter((value) => value !== null && value > 0);
  const close = problem.best === null ? known : known.filter((value) => value > 0.5 * problem.best && value < 2 * problem.best);
  const low = Math.min(...close), high = Math.max(...close), room = Math.max(0.03 * (high - low), 1e-4 * Math.abs(high));
  const range = close.length ? { range: [low - room, high + room] } : {};
  const time = { title: { text: "seconds" }, rangemode: "tozero" };
  draw(document.getElementById("values"), values, layout(time, { tickformat: ",", ...range }));
  draw(document.getElementById("gap"), gaps, layout(time, { tickformat: ".1%", rangemode: "tozero" }));
  document.getElementById("source").textContent = problem.best === null ? "No plan is known."
    : `Best known: ${problem.best.toLocaleString("en-GB", { maximumFractionDigits: 4 })} (${problem.source}). Double-click a chart to see all of it.`;
  listRuns(problemPick.value);
}

function listRuns(name) {
  const all = document.querySelector("#all-runs table");
  const copy = all.cloneNode(false);
  copy.append(all.tHead.cloneNode(true), document.createElement("tbody"));
  for (const row of all.tBodies[0].rows) {
    if (row.querySelector("[data-problem]").dataset.problem !== name) continue;
    const shown = row.cloneNode(true);
    shown.hidden = false;
    copy.tBodies[0].append(shown);
  }
  const box = document.createElement("div");
  box.className = "table";
  box.innerHTML = '<div class="scroll"></div>';
  box.firstElementChild.append(copy);
  enliven(box);
  document.getElementById("of-instance").replaceChildren(box);
}

function pickProblem(name) {
  problemPick.value = name;
  const groups = new Set(data.problems[name].runs.map((run) => String(run.group)));
  for (const option of groupPick.options) option.disabled = !groups.has(option.value);
  if (!groups.has(groupPick.value)) groupPick.value = [...groups][0];
  drawProblem();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-problem]");
  if (link) pickProblem(link.dataset.problem);
});
problemPick.addEventListener("change", () => pickProblem(problemPick.value));
groupPick.addEventListener("change", drawProblem);
pickProblem(problemPick.value);
