// Some lines over the months.
import type { EChartsCoreOption } from "echarts/core";
import type { Line, LinesDrawing } from "./drawing";
import { type Room, font, token, tooltip } from "./look";

/** Told apart by shape as well as by colour. */
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "arrow", "emptyCircle", "emptyRect"];
const DASHES = ["solid", "dashed", "dotted"];
const HUES = 8;

function series(line: Line, at: number) {
  const color = line.whole ? token("ink") : token(`line-${(at % HUES) + 1}`);
  return {
    type: "line",
    name: line.name,
    data: line.values,
    color,
    symbol: line.whole ? "circle" : SYMBOLS[at % SYMBOLS.length],
    symbolSize: line.whole ? 7 : 8,
    lineStyle: { width: line.whole ? 3 : 2, type: line.whole ? "solid" : DASHES[Math.floor(at / HUES) % DASHES.length] },
    // A month of which nobody has reported is a gap, not a way down to zero.
    connectNulls: false,
    emphasis: { focus: "series" },
  };
}

export function linesOption(drawing: LinesDrawing, room: Room): EChartsCoreOption {
  const text = { color: token("ink-2"), fontFamily: font, fontSize: 12 };
  const told = (points: { seriesIndex: number; dataIndex: number }[]) => {
    const month = drawing.points[points[0]?.dataIndex ?? 0] ?? "";
    const lines = points.map(({ seriesIndex, dataIndex }) => {
      const line = drawing.lines[seriesIndex];
      return line ? `${line.name}  ${line.shown[dataIndex] ?? ""}` : "";
    });
    return [month, ...lines].join("\n");
  };
  return {
    animation: false,
    textStyle: { fontFamily: font },
    grid: { left: 12, right: 24, top: drawing.lines.length > 1 ? 44 : 28, bottom: 8, containLabel: true },
    legend: { show: drawing.lines.length > 1, type: "scroll", top: 0, left: 0, width: room.width - 40, textStyle: text, selectedMode: false },
    tooltip: { ...tooltip(), trigger: "axis", formatter: told },
    xAxis: {
      type: "category",
      data: drawing.points,
      boundaryGap: false,
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: token("line-strong") } },
    },
    yAxis: {
      type: "value",
      name: drawing.lines.length > 1 ? "" : drawing.measured,
      nameTextStyle: { ...text, align: "left" },
      scale: true,
      axisLabel: text,
      splitLine: { lineStyle: { color: token("line") } },
    },
    series: drawing.lines.map(series),
  };
}
