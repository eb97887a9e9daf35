// The map of a plan that fits on it as a whole, as plotly's figure in the data has it.
"use strict";

// Draws it; what it gives back shows a chosen network alone, and as near as it fits, or all of it where none is chosen.
async function drawPlan(map, { data, layout }, config, phone) {
  if (phone) {
    for (const { marker } of data) {
      if (marker) marker.size = Array.isArray(marker.size) ? marker.size.map((size) => size * 0.6) : marker.size * 0.6;
    }
    for (const { textfont } of data) if (textfont) textfont.size = 10;
    const few = 6; // names of outlines that a phone has room for, the largest first
    for (const trace of data.filter(({ meta }) => meta.kind === "name")) {
      for (const part of ["x", "y", "text", "textposition"]) trace[part] = trace[part].slice(0, few);
    }
  }
  await Plotly.newPlot(map, data, layout, config);
  const home = { x: [...map.layout.xaxis.range], y: [...map.layout.yaxis.range] };
  return {
    narrow: (chosen) => {
      const visible = map.data.map(({ meta }) => !chosen || !meta.network || meta.network === chosen);
      const marks = map.data.filter((trace, k) => visible[k] && ["practice", "hub", "lead"].includes(trace.meta.kind));
      const fit = (axis) => around(marks.flatMap((trace) => trace[axis]));
      const ranges = chosen ? { x: fit("x"), y: fit("y") } : home;
      Plotly.update(map, { visible }, { "xaxis.range": ranges.x, "yaxis.range": ranges.y });
    },
    find: async (place) => {
      const at = map.data.findIndex(({ meta }) => meta.kind === "found");
      if (at >= 0) await Plotly.deleteTraces(map, at);
      if (!place) return;
      await Plotly.addTraces(map, foundMark(place, escaped, "scatter"));
      const [x, y] = windowOf(place);
      await Plotly.relayout(map, { "xaxis.range": x, "yaxis.range": y });
    },
  };
}

// The range of an axis that shows all of the values.
function around(values) {
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  const edge = Math.max(0.1 * (high - low), 1);
  return [low - edge, high + edge];
}

function windowOf([, x, y, km]) {
  return [[x - km, x + km], [y - km, y + km]];
}

function foundMark([name, x, y], label, type) {
  return {
    ...{ type, mode: "markers+text", x: [x], y: [y], text: [label(name)], textposition: "top center" },
    marker: { symbol: "circle-open", size: 26, color: "#212b32", line: { width: 3 } },
    textfont: { size: 13, color: "#212b32" },
    ...{ hoverinfo: "skip", showlegend: false, meta: { network: "", kind: "found" } },
  };
}
