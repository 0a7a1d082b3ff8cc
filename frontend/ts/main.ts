// Loads the compiled app. Everything that a person sees is drawn by Rust, but for charts; this file only starts both.
import "../styles/main.css";
import init, { speaks_english, start } from "../pkg/app.js";
import wasm from "../pkg/app_bg.wasm?url";
import english from "../locales/en.json?url";
import { ChartElement } from "./chart-element";

customElements.define("fupin-chart", ChartElement);
await init({ module_or_path: wasm });
start(speaks_english() ? await (await fetch(english)).text() : undefined);
