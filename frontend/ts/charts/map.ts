// The map: the province, what lies far off in a corner of its own, units that are points as discs.
import { type EChartsCoreOption, registerMap } from "echarts/core";
import type { Area, Frame, MapDrawing, Position } from "./drawing";
import { type Room, font, token, tooltip } from "./look";

const MAIN = "main";
const INSET = "inset";
/** The width of a phone, which has no room for figures on the map. */
const NARROW = 420;
/** A degree of longitude is that much shorter than one of latitude, halfway up the frame. */
const narrowing = ({ south, north }: Frame): number => Math.cos(((south + north) * Math.PI) / 360);

function within([lon, lat]: Position, frame: Frame): boolean {
  return lon >= frame.west && lon <= frame.east && lat >= frame.south && lat <= frame.north;
}

/** Shapes are named by their place in the drawing: two may have the same name. */
const nameOf = (at: number): string => `area-${at}`;

export function areaOf(drawing: MapDrawing, name: string): Area | undefined {
  return drawing.areas[Number(name.replace("area-", ""))];
}

function collection(drawing: MapDrawing, frame: Frame) {
  const features = drawing.areas.map((area, at) => {
    const inside = area.polygons.filter(([outline]) => outline?.some((position) => within(position, frame)));
    const geometry = { type: "MultiPolygon" as const, coordinates: inside };
    return { type: "Feature" as const, properties: { name: nameOf(at) }, geometry };
  });
  return { type: "FeatureCollection" as const, features: features.filter(({ geometry }) => geometry.coordinates.length > 0) };
}

function fill(area: Area): string {
  if (area.key === undefined && area.shade === undefined) return token("map-land");
  return token(area.shade === undefined ? "map-none" : `map-${area.shade}`);
}

/** How the shapes of one part of the map are drawn. */
interface Look {
  /** The name alone, the name with its figure, or nothing: islands far off are too small for words. */
  words: "name" | "figure" | "none";
  /** Islands of a pixel are seen by the line around them. */
  outlined: boolean;
}

function region(area: Area, at: number, { words, outlined }: Look) {
  const ring = outlined ? { borderColor: fill(area), borderWidth: 2 } : {};
  const style = { areaColor: fill(area), ...ring, ...(area.chosen ? { borderColor: token("ink"), borderWidth: 2.5 } : {}) };
  const text = [area.label, ...(words === "figure" ? area.says.slice(-1) : [])].join("\n");
  const label = { show: words !== "none" && area.label !== "", formatter: text, fontSize: words === "name" ? 11 : 12 };
  return {
    name: nameOf(at),
    itemStyle: style,
    label,
    emphasis: { itemStyle: { ...style, borderColor: token("ink"), borderWidth: 2 }, label },
    tooltip: { show: area.says.length > 0, formatter: () => [area.name, ...area.says].join("\n") },
    silent: area.key === undefined,
  };
}

const label = {
  color: token("ink"),
  fontFamily: font,
  fontSize: 12,
  lineHeight: 15,
  textBorderColor: "#ffffff",
  textBorderWidth: 3,
};

function corner(frame: Frame, room: Room) {
  const height = Math.round(Math.min(230, room.height * (room.width < NARROW ? 0.28 : 0.36)));
  const width = Math.round((height * (frame.east - frame.west) * narrowing(frame)) / (frame.north - frame.south));
  return { width, height, left: room.width - width - 6, top: room.height - height - 6 };
}

function geo(map: string, frame: Frame, box: { left: number; top: number; width: number; height: number }) {
  return {
    map,
    ...box,
    preserveAspect: true,
    preserveAspectVerticalAlign: "top",
    boundingCoords: [
      [frame.west, frame.north],
      [frame.east, frame.south],
    ],
    aspectScale: narrowing(frame),
    roam: false,
    selectedMode: false,
    label,
    itemStyle: { borderColor: token("map-border"), borderWidth: 1 },
    emphasis: { label },
  };
}

function points(drawing: MapDrawing) {
  const all = drawing.areas.flatMap((area, at) => (area.at ? [{ area, at: area.at, name: nameOf(at) }] : []));
  return all.map(({ area, at, name }) => ({
    name,
    value: at,
    itemStyle: { color: fill(area), borderColor: token("ink"), borderWidth: area.chosen ? 2.5 : 1 },
    label: { ...label, show: true, position: "left", formatter: [area.label, ...area.says.slice(-1)].join("\n") },
    tooltip: { formatter: () => [area.name, ...area.says].join("\n") },
  }));
}

export function mapOption(drawing: MapDrawing, room: Room): EChartsCoreOption {
  const { frame, inset } = drawing;
  registerMap(MAIN, collection(drawing, frame));
  const words = room.width < NARROW ? "name" : "figure";
  const regions = (look: Look) => drawing.areas.map((area, at) => region(area, at, look));
  const main = { ...geo(MAIN, frame, { left: 4, top: 4, width: room.width - 8, height: room.height - 8 }), regions: regions({ words, outlined: false }) };
  const option = {
    animation: false,
    tooltip: { ...tooltip(), trigger: "item" },
    series: [{ type: "scatter", coordinateSystem: "geo", geoIndex: 0, symbolSize: 16, data: points(drawing) }],
  };
  if (!inset) return { ...option, geo: [main] };
  registerMap(INSET, collection(drawing, inset.frame));
  const box = corner(inset.frame, room);
  const border = { stroke: token("line-strong"), fill: token("surface"), lineWidth: 1 };
  const title = { text: inset.title, fill: token("ink-2"), font: `12px ${font}` };
  return {
    ...option,
    geo: [main, { ...geo(INSET, inset.frame, box), regions: regions({ words: "none", outlined: true }) }],
    graphic: [
      { type: "rect", left: box.left, top: box.top, silent: true, shape: { width: box.width, height: box.height }, style: border, z: -1 },
      { type: "text", left: box.left + 6, top: box.top + box.height - 20, silent: true, style: title, z: 5 },
    ],
  };
}
