// The map of a plan of thousands of practices: marks by WebGL; networks from afar, hubs where there is room for them.
"use strict";

const INK = "#212b32";
const GREY = "#5b6770";
const SILENT = { hoverinfo: "skip", showlegend: false };
const NAMED = 40; // hubs or networks on view that can have their names beside them

async function drawCountry(map, { country, layout }, tables, config, phone) {
  const { roomy, keys, practices, hubs, networks, borders, names } = country;
  const hasWebGL = Boolean(document.createElement("canvas").getContext("webgl"));
  const type = hasWebGL ? "scattergl" : "scatter"; // the same picture, moved more slowly
  const label = hasWebGL ? (text) => text : escaped; // WebGL draws text as it is, SVG reads marks in it
  const saidOfPractices = practices.x.map((_, k) => told(tables.practices, k));
  const home = { x: [...layout.xaxis.range], y: [...layout.yaxis.range] };
  const [small, few] = phone ? [0.6, 0.25] : [1, 1];
  let chosen = -1;
  let found = null;

  const every = ({ key }) => key.map((_, k) => k).filter((k) => chosen < 0 || key[k] === chosen);
  const pick = (columns, rows) => rows.map((k) => columns[k]);
  const marks = (kind, of, rows, rest) => ({
    ...{ type, mode: "markers", x: pick(of.x, rows), y: pick(of.y, rows), showlegend: false, meta: { kind } }, ...rest,
  });
  const lines = (kind, pairs, rest) => ({
    type, mode: "lines", ...SILENT, meta: { kind }, opacity: 0.55, ...rest,
    x: pairs.flatMap(([a, b]) => [a[0], b[0], null]),
    y: pairs.flatMap(([a, b]) => [a[1], b[1], null]),
  });
  // Rings of one colour are one trace.
  const areas = (kind, of, rows, faint) => [...new Set(pick(of.colour, rows))].map((colour) => {
    const alike = rows.filter((k) => of.colour[k] === colour);
    const corners = alike.flatMap((k) => of.rings[k].flatMap((ring) => [...ring, [null, null]]));
    return {
      ...{ type: "scatter", mode: "lines", fill: "toself", fillcolor: colour + faint, line: { color: colour, width: 1.2 } },
      ...{ x: corners.map(([x]) => x), y: corners.map(([, y]) => y), meta: { kind }, ...SILENT },
    };
  });
  const at = (of, k) => [of.x[k], of.y[k]];

  function traces() {
    const [west, east] = map.layout?.xaxis.range ?? home.x;
    const [south, north] = map.layout?.yaxis.range ?? home.y;
    const inView = (of) => (k) => of.x[k] >= west && of.x[k] <= east && of.y[k] >= south && of.y[k] <= north;
    const seen = every(hubs).filter(inView(hubs));
    const near = chosen >= 0 || seen.length <= roomy;
    const shown = new Set(near ? (chosen >= 0 ? every(hubs) : seen) : []);
    const scale = small * Math.max(Math.sqrt(Math.min(1, roomy / Math.max(seen.length, 1))), 0.3);
    const inside = every(practices);
    const moved = inside.filter((k) => practices.moved[k]);
    const leads = every(networks).filter((k) => networks.x[k] !== null);
    const leadsNamed = !near && leads.filter(inView(networks)).length <= NAMED * few;
    const hubsNamed = seen.length <= NAMED * few;
    const sizes = (rows, more) => rows.map((k) => scale * (practices.size[k] + more));
    return [
      ...(near ? areas("area", hubs, [...shown], "2e") : areas("network", networks, every(networks), "24")),
      ...(borders.length ? [{ ...areas("outline", { rings: [borders], colour: [GREY] }, [0], "00")[0], fill: "none" }] : []),
      ...(names.x.length ? [{
        ...{ type: "scatter", mode: "text", x: names.x, y: names.y, text: names.text.map(escaped), textposition: names.side },
        ...{ textfont: { size: 13, color: GREY }, meta: { kind: "name" }, ...SILENT },
      }] : []),
      lines("line", inside.filter((k) => shown.has(practices.hub[k])).map((k) => [at(practices, k), at(hubs, practices.hub[k])]), {
        line: { color: GREY, width: 0.8 },
      }),
      lines("link", (near ? [...shown] : every(hubs)).filter((k) => hubs.network[k] >= 0 && networks.x[hubs.network[k]] !== null).map(
        (k) => [at(hubs, k), at(networks, hubs.network[k])],
      ), { line: { color: GREY, width: near ? 2 : 1, dash: "dot" } }),
      marks("practice", practices, inside, {
        marker: { size: sizes(inside, 0), color: pick(practices.colour, inside), line: { color: GREY, width: near ? 1 : 0.3 }, opacity: 1 },
        text: pick(saidOfPractices, inside),
        hovertemplate: "%{text}<extra></extra>",
      }),
      marks("moved", practices, moved, {
        marker: { size: sizes(moved, 5), symbol: "circle-open", color: "#d4351c", line: { width: near ? 1.8 : 0.8 } },
        visible: near,
        ...SILENT,
      }),
      marks("hub", hubs, [...shown], {
        mode: "markers+text",
        marker: { size: 11 * scale, symbol: "square", color: pick(hubs.colour, [...shown]), line: { color: INK, width: 2 * scale } },
        text: [...shown].map((k) => (hubsNamed ? label(`${hubs.number[k]} ${hubs.name[k]}`) : `${hubs.number[k]}`)),
        textposition: "bottom right",
        textfont: { size: phone ? 10 : 12, color: INK },
        hovertext: [...shown].map((k) => told(tables.hubs, hubs.row[k])),
        hoverinfo: "text",
      }),
      marks("lead", networks, leads, {
        mode: "markers+text",
        marker: { size: 19 * Math.max(scale, 0.6 * small), symbol: pick(networks.symbol, leads), color: pick(networks.colour, leads), line: { color: "#ffffff", width: 1.5 } },
        text: leads.map((k) => (leadsNamed ? label(networks.name[k]) : "")),
        textposition: "top center",
        textfont: { size: phone ? 10 : 12, color: INK },
        hovertext: leads.map((k) => told(tables.networks, k)),
        hoverinfo: "text",
      }),
      ...(found ? [foundMark(found, label, type)] : []),
    ];
  }

  const show = () => Plotly.react(map, traces(), map.layout);
  const go = (x, y) => Plotly.relayout(map, { "xaxis.range": x, "yaxis.range": y }); // and `show` follows
  await Plotly.newPlot(map, traces(), layout, config);
  map.on("plotly_relayout", show);
  return {
    narrow: (key) => {
      chosen = keys.indexOf(key);
      if (chosen < 0) return go(home.x, home.y);
      const points = [practices, hubs, networks].flatMap((of) => every(of).filter((k) => of.x[k] !== null).map((k) => at(of, k)));
      return go(around(points.map(([x]) => x)), around(points.map(([, y]) => y)));
    },
    find: (place) => {
      found = place;
      return place ? go(...windowOf(place)) : show();
    },
  };
}
