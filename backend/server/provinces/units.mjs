// Makes <province>/units.csv from the national divisions: the province, its cities and counties, towns, villages.
// Usage: node units.mjs <province folder>; province.json there names the package, the folding and the expected counts.
// The same input gives the same bytes: rows are ordered by level, then by code.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const LEVELS = ["province", "county", "town", "village"];
const TABLES = ["provinces", "cities", "areas", "streets", "villages"];

function fail(message) {
  console.error(`units: ${message}`);
  process.exit(1);
}

/** Fetches the package through npm and reads only the tables that we need; nothing of it stays on the disk. */
function nationalTables({ package: name, version }) {
  const folder = mkdtempSync(join(tmpdir(), "units-"));
  try {
    execFileSync("npm", ["pack", "--silent", `${name}@${version}`], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    const files = TABLES.map((table) => `package/dist/${table}.csv`);
    execFileSync("tar", ["xzf", `${name}-${version}.tgz`, ...files], { cwd: folder });
    return Object.fromEntries(TABLES.map((table, i) => [table, rows(readFileSync(join(folder, files[i]), "utf8"))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The package quotes names and nothing else, and no name holds a comma or a quote; a line that breaks this is an error. */
function rows(text) {
  const [head, ...lines] = text.trim().split("\n").map((line) => line.trim());
  const columns = head.split(",");
  return lines.map((line) => {
    const values = line.split(",").map((value) => value.replace(/^"(.*)"$/, "$1"));
    if (values.length !== columns.length || values.some((value) => value.includes('"'))) fail(`unreadable line: ${line}`);
    return Object.fromEntries(columns.map((column, i) => [column, values[i]]));
  });
}

const padded = (code) => code.padEnd(6, "0");

/** A folded city is one county-level unit: its districts disappear and their towns belong to the city. */
function units(tables, province) {
  const prefix = province.code.slice(0, 2);
  const here = (row) => row.code.startsWith(prefix);
  const folded = new Set(province.folded_cities);
  const countyOf = (row) => (folded.has(row.cityCode) ? padded(row.cityCode) : row.areaCode);

  const root = tables.provinces.filter(here).map((row) => unit("province", padded(row.code), row.name, ""));
  const cities = tables.cities.filter((row) => folded.has(row.code));
  const counties = tables.areas.filter((row) => here(row) && !folded.has(row.cityCode));
  return [
    ...root,
    ...ordered([...cities, ...counties].map((row) => unit("county", padded(row.code), row.name, province.code))),
    ...ordered(tables.streets.filter(here).map((row) => unit("town", row.code, row.name, countyOf(row)))),
    ...ordered(tables.villages.filter(here).map((row) => unit("village", row.code, row.name, row.streetCode))),
  ];
}

const unit = (level, code, name, parent) => ({ level, code, name, parent });
const ordered = (list) => list.sort((a, b) => (a.code < b.code ? -1 : 1));

function check(list, province) {
  for (const level of LEVELS) {
    const found = list.filter((row) => row.level === level).length;
    if (found !== province.counts[level]) fail(`${found} of level ${level}, expected ${province.counts[level]}`);
  }
  const levelOf = new Map(list.map((row) => [row.code, row.level]));
  if (levelOf.size !== list.length) fail("a code occurs twice");
  for (const row of list.slice(1)) {
    const above = LEVELS[LEVELS.indexOf(row.level) - 1];
    if (levelOf.get(row.parent) !== above) fail(`${row.code} ${row.name}: its parent ${row.parent} is no ${above}`);
  }
  for (const code of province.county_level_towns) {
    if (levelOf.get(code) !== "town") fail(`county_level_towns: ${code} is no town`);
  }
}

const folder = resolve(process.argv[2] ?? fail("which province folder?"));
const province = JSON.parse(readFileSync(join(folder, "province.json"), "utf8"));
const list = units(nationalTables(province.source), province);
check(list, province);
const lines = list.map((row) => [row.code, row.name, row.level, row.parent].join(","));
writeFileSync(join(folder, "units.csv"), ["code,name,level,parent_code", ...lines, ""].join("\n"));
console.log(`units: ${list.length} written to ${join(folder, "units.csv")}`);
