// One chart on the page. Tooltips are drawn on the canvas: the content policy forbids the styles that they would carry.
import { BarChart, LineChart, ScatterChart } from "echarts/charts";
import { GeoComponent, GraphicComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import type { Drawing } from "./drawing";
import { linesOption } from "./lines";
import type { Room } from "./look";
import { areaOf, mapOption } from "./map";
import { stacksOption } from "./stacks";

function optionOf(drawing: Drawing, room: Room) {
  switch (drawing.kind) {
    case "map":
      return mapOption(drawing, room);
    case "lines":
      return linesOption(drawing, room);
    case "stacks":
      return stacksOption(drawing, room);
  }
}

use([BarChart, LineChart, ScatterChart, GeoComponent, GraphicComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export class Chart {
  private readonly echarts: ECharts;
  private drawing: Drawing | undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly pick: (key: string) => void,
  ) {
    this.echarts = init(host);
    this.echarts.on("click", ({ name }) => {
      const key = this.drawing?.kind === "map" ? areaOf(this.drawing, name)?.key : undefined;
      if (key !== undefined) this.pick(key);
    });
  }

  show(drawing: Drawing): void {
    this.drawing = drawing;
    this.fit();
  }

  /** Draws for the room that there is now. */
  fit(): void {
    if (!this.drawing || this.host.clientWidth === 0) return;
    this.echarts.resize();
    const room = { width: this.host.clientWidth, height: this.host.clientHeight };
    this.echarts.setOption(optionOf(this.drawing, room), { notMerge: true });
  }

  dispose(): void {
    this.echarts.dispose();
  }
}
