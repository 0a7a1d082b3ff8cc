// Parts of a sum over the years as bars on one another; lines over them have a measure of their own at the right.
import type { EChartsCoreOption } from "echarts/core";
import type { Line, Stack, StacksDrawing } from "./drawing";
import { type Room, font, token, tooltip } from "./look";

const HUES = 8;
/** The width of a phone: the names of the axes would run into one another. */
const NARROW = 480;

/** Told apart by a pattern as well as by colour. */
const DECALS = [
  undefined,
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: "rgba(255,255,255,0.45)" },
  { symbol: "circle", symbolSize: 0.6, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], color: "rgba(255,255,255,0.5)" },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: 0, color: "rgba(255,255,255,0.4)" },
  { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4, color: "rgba(255,255,255,0.45)" },
];

function bar(stack: Stack, at: number) {
  return {
    type: "bar",
    stack: "all",
    name: stack.name,
    data: stack.values,
    barMaxWidth: 44,
    itemStyle: { color: token(`line-${(at % HUES) + 1}`), decal: DECALS[at % DECALS.length] },
  };
}

function over(line: Line) {
  const color = line.whole ? token("ink") : token("danger");
  return {
    type: "line",
    yAxisIndex: 1,
    name: line.name,
    data: line.values,
    color,
    symbol: line.whole ? "circle" : "rect",
    symbolSize: line.whole ? 7 : 6,
    step: line.whole ? undefined : ("middle" as const),
    lineStyle: { width: line.whole ? 3 : 2, type: line.whole ? "solid" : "dashed" },
    // A year without a line is a gap.
    connectNulls: false,
    z: 5,
  };
}

/** A round step, so that about `parts` of them reach `most`. */
function roundStep(most: number, parts: number): number {
  const rough = most / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10;
  return factor * power;
}

/** Both measures begin at the same line, and their marks lie on the same lines: else bars and lines would lie to the eye. */
function measures(drawing: StacksDrawing) {
  const sums = drawing.points.map((_, at) => {
    const values = drawing.stacks.map((stack) => stack.values[at] ?? 0);
    const of = (sign: number) => values.filter((value) => value * sign > 0).reduce((sum, value) => sum + value * sign, 0);
    return { up: of(1), down: of(-1) };
  });
  const lines = drawing.lines.flatMap(({ values }) => values.map((value) => value ?? 0));
  const step = roundStep(Math.max(1, ...sums.map(({ up }) => up)), 5);
  const over = roundStep(Math.max(1, ...lines), 5);
  const above = Math.max(...sums.map(({ up }) => Math.ceil(up / step)), ...lines.map((value) => Math.ceil(value / over)), 1);
  const below = Math.max(...sums.map(({ down }) => Math.ceil(down / step)), ...lines.map((value) => Math.ceil(-value / over)), 0);
  const span = (one: number) => ({ min: -below * one, max: above * one, interval: one });
  return { bars: span(step), lines: span(over) };
}

export function stacksOption(drawing: StacksDrawing, room: Room): EChartsCoreOption {
  const text = { color: token("ink-2"), fontFamily: font, fontSize: 12 };
  const all: { name: string; shown: string[] }[] = [...drawing.stacks, ...drawing.lines];
  const told = (points: { seriesIndex: number; dataIndex: number }[]) => {
    const year = drawing.points[points[0]?.dataIndex ?? 0] ?? "";
    const lines = points.map(({ seriesIndex, dataIndex }) => `${all[seriesIndex]?.name ?? ""}  ${all[seriesIndex]?.shown[dataIndex] ?? ""}`);
    return [year, ...lines].join("\n");
  };
  const named = room.width >= NARROW;
  const measured = measures(drawing);
  const axis = { type: "value", nameTextStyle: { ...text, align: "left" }, axisLabel: text };
  return {
    animation: false,
    textStyle: { fontFamily: font },
    grid: { left: 12, right: 12, top: named ? 66 : 48, bottom: 8, containLabel: true },
    legend: { type: "scroll", top: 0, left: 0, width: room.width - 16, textStyle: text, selectedMode: false },
    tooltip: { ...tooltip(), trigger: "axis", formatter: told },
    xAxis: {
      type: "category",
      data: drawing.points,
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: token("line-strong") } },
    },
    yAxis: [
      { ...axis, ...measured.bars, name: named ? drawing.measured : "", splitLine: { lineStyle: { color: token("line") } } },
      { ...axis, ...measured.lines, name: named ? drawing.measured_over : "", nameTextStyle: { ...text, align: "right" }, splitLine: { show: false } },
    ],
    series: [...drawing.stacks.map(bar), ...drawing.lines.map(over)],
  };
}
