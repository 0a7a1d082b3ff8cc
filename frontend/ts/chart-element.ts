// `<fupin-chart>`: draws what its property `drawing` says, and tells by a `pick` event what was clicked. The library comes
// with the first chart, so that pages without one do not wait for it.
import type { Chart } from "./charts/draw";
import type { Drawing } from "./charts/drawing";

export class ChartElement extends HTMLElement {
  private wanted: Drawing | undefined;
  private chart: Promise<Chart> | undefined;
  private readonly sized = new ResizeObserver(() => void this.fit());

  /** JSON as text, which Rust writes from types of the same names. */
  set drawing(text: string) {
    this.wanted = JSON.parse(text) as Drawing;
    if (this.isConnected) void this.draw();
  }

  connectedCallback(): void {
    this.sized.observe(this);
    if (this.wanted) void this.draw();
  }

  disconnectedCallback(): void {
    this.sized.disconnect();
    void this.chart?.then((chart) => chart.dispose());
    this.chart = undefined;
  }

  private async draw(): Promise<void> {
    this.chart ??= import("./charts/draw").then(({ Chart }) => new Chart(this, (key) => this.tell(key)));
    const chart = await this.chart;
    if (this.wanted && this.isConnected) chart.show(this.wanted);
    this.toggleAttribute("drawn", true);
  }

  private async fit(): Promise<void> {
    (await this.chart)?.fit();
  }

  private tell(key: string): void {
    this.dispatchEvent(new CustomEvent("pick", { detail: key }));
  }
}
