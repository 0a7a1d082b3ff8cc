// What Rust asks to be drawn; the same types stand in src/interop.rs.

export type Position = [number, number];

export interface Frame {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** One shape of a map. */
export interface Area {
  /** What a click tells; absent where there is nothing to go to. */
  key?: string;
  name: string;
  label: string;
  polygons: Position[][][];
  /** Where it lies that is a point only. */
  at?: Position;
  /** Its class in the legend, from 1; absent where there are no figures. */
  shade?: number;
  /** What is said of it. */
  says: string[];
  chosen: boolean;
}

export interface MapDrawing {
  kind: "map";
  frame: Frame;
  inset?: { title: string; frame: Frame };
  areas: Area[];
}

export interface Line {
  name: string;
  values: (number | null)[];
  /** The values as they are written. */
  shown: string[];
  /** The sum of all. */
  whole: boolean;
}

export interface LinesDrawing {
  kind: "lines";
  points: string[];
  /** What is measured in. */
  measured: string;
  lines: Line[];
}

/** One part of each bar. */
export interface Stack {
  name: string;
  values: (number | null)[];
  /** The values as they are written. */
  shown: string[];
}

export interface StacksDrawing {
  kind: "stacks";
  points: string[];
  /** What bars are measured in, and what lines are. */
  measured: string;
  measured_over: string;
  stacks: Stack[];
  lines: Line[];
}

export type Drawing = MapDrawing | LinesDrawing | StacksDrawing;
