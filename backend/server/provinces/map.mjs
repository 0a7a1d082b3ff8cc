// Makes <province>/map.json: the shapes of its cities and counties for boards, as GeoJSON.
// Usage: node map.mjs <province folder>; `map` in province.json there names the package, the frame and the inset.
// The same input gives the same bytes. What an office has filled in as 审图号 is kept.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** In degrees: about two hundred metres, which is less than a pixel of a large screen. */
const TOLERANCE = 0.002;
/** Smaller islands and holes are not drawn. */
const SMALLEST = 0.02;
const MOST_BYTES = 150_000;

function fail(message) {
  console.error(`map: ${message}`);
  process.exit(1);
}

/** Fetches the package through npm and reads only the files that we need; nothing of it stays on the disk. */
function fetched({ package: name, version, shapes, line }) {
  const folder = mkdtempSync(join(tmpdir(), "map-"));
  try {
    execFileSync("npm", ["pack", "--silent", `${name}@${version}`], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    const files = [shapes, line].map((file) => `package/${file}`);
    execFileSync("tar", ["xzf", `${name}-${version}.tgz`, ...files], { cwd: folder });
    return files.map((file) => readFileSync(join(folder, file), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A ring of the package: each point is the step from the one before, zigzag-coded, in 1/1024 of a degree. */
function decoded(text, [x, y]) {
  const step = (at) => {
    const value = text.charCodeAt(at) - 64;
    return (value >> 1) ^ -(value & 1);
  };
  const ring = [];
  for (let at = 0; at < text.length; at += 2) {
    x += step(at);
    y += step(at + 1);
    ring.push([x / 1024, y / 1024]);
  }
  return ring;
}

function polygons({ type, coordinates, encodeOffsets }) {
  if (type === "Polygon") return [coordinates.map((ring, i) => decoded(ring, encodeOffsets[i]))];
  return coordinates.map((rings, i) => rings.map((ring, k) => decoded(ring, encodeOffsets[i][k])));
}

function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** Douglas and Peucker: leaves out what lies within the tolerance of a straight line. */
function simplified(line) {
  if (line.length < 3) return line;
  const [first, last] = [line[0], line.at(-1)];
  let [farthest, at] = [0, 0];
  for (let i = 1; i < line.length - 1; i++) {
    const away = distance(line[i], first, last);
    if (away > farthest) [farthest, at] = [away, i];
  }
  if (farthest <= TOLERANCE) return [first, last];
  return [...simplified(line.slice(0, at + 1)).slice(0, -1), ...simplified(line.slice(at))];
}

const size = (ring) => {
  const span = (axis) => Math.max(...ring.map((point) => point[axis])) - Math.min(...ring.map((point) => point[axis]));
  return Math.max(span(0), span(1));
};
const rounded = (ring) => ring.map((point) => point.map((value) => Number(value.toFixed(3))));

function drawn(rings) {
  const kept = rings.filter((ring, i) => (i === 0 || size(ring) >= SMALLEST) && ring.length > 3);
  return kept.map((ring) => rounded(simplified(ring))).filter((ring) => ring.length > 3);
}

function shape(feature, map) {
  const all = polygons(feature.geometry).sort((a, b) => size(b[0]) - size(a[0]));
  const large = all.filter(([outer], i) => i === 0 || size(outer) >= SMALLEST).map(drawn).filter((rings) => rings.length > 0);
  const { name } = feature.properties;
  const properties = { code: feature.id, name, label: name.replace(new RegExp(map.label_without), "") };
  return { type: "Feature", properties, geometry: { type: "MultiPolygon", coordinates: large } };
}

/** The broken line of the package's drawing of the South China Sea, laid over degrees; a sketch, not a survey. */
function brokenLine(source, { strokes, origin, scale }) {
  const found = /points = (\[\[\[.*?\]\]\]);/s.exec(source) ?? fail("the package has no drawing of the South China Sea");
  const chosen = JSON.parse(found[1]).slice(...strokes);
  const place = ([x, y]) => [origin[0] + x / scale[0], origin[1] - y / scale[1]];
  const coordinates = chosen.map((ring) => [rounded(ring.map(place))]);
  return { type: "Feature", properties: { name: "南海断续线" }, geometry: { type: "MultiPolygon", coordinates } };
}

function point({ code, name, label, at }) {
  return { type: "Feature", properties: { code, name, label }, geometry: { type: "Point", coordinates: at } };
}

const folder = resolve(process.argv[2] ?? fail("which province folder?"));
const { map } = JSON.parse(readFileSync(join(folder, "province.json"), "utf8"));
const target = join(folder, "map.json");
const approval = existsSync(target) ? JSON.parse(readFileSync(target, "utf8")).approval : "";
const [shapes, line] = fetched(map.source);
const features = JSON.parse(shapes).features.map((feature) => shape(feature, map));
if (features.length !== map.counties) fail(`${features.length} shapes, expected ${map.counties}`);
features.push(...map.points.map(point), brokenLine(line, map.broken_line));
const head = { type: "FeatureCollection", approval, source: map.credit, frame: map.frame, inset: map.inset };
const lines = features.map((feature) => JSON.stringify(feature)).join(",\n");
const text = `${JSON.stringify(head).slice(0, -1)},"features":[\n${lines}\n]}\n`;
if (Buffer.byteLength(text) > MOST_BYTES) fail(`${Buffer.byteLength(text)} bytes, at most ${MOST_BYTES}`);
writeFileSync(target, text);
console.log(`map: ${features.length} shapes, ${Buffer.byteLength(text)} bytes written to ${target}`);
