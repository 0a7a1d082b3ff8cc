// Colours and type of charts: those of the page.

export interface Room {
  width: number;
  height: number;
}

const page = getComputedStyle(document.documentElement);

/** A value of styles/tokens.css. */
export function token(name: string): string {
  return page.getPropertyValue(`--${name}`).trim();
}

export const font = token("font");

export function tooltip() {
  return {
    renderMode: "richText" as const,
    confine: true,
    transitionDuration: 0,
    backgroundColor: token("surface"),
    borderColor: token("line-strong"),
    padding: [8, 12],
    textStyle: { color: token("ink"), fontFamily: font, fontSize: 13, lineHeight: 20 },
  };
}
