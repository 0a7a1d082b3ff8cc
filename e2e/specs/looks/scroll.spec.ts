// How smoothly a form of 2,000 cells scrolls: figures to read, not a limit that a busy machine would break.
// `make bench-page`.

import { expect, test } from "../../fixtures";
import { issue, reportOf } from "../../fixtures/safeguards";

const [ROWS, COLUMNS] = [80, 25] as const;
const FRAMES = 300;
/** At sixty frames a second; a frame that takes half as long again was dropped. */
const FRAME_MS = 1000 / 60;

/** A form of one section, every cell to be filled. */
function wideForm(): unknown {
  const columns = Array.from({ length: COLUMNS }, (_, at) => ({ key: `c${at}`, title: `指标 ${at + 1}`, cell: { type: "integer", required: true, unit: "人" } }));
  const rows = Array.from({ length: ROWS }, (_, at) => ({ key: `r${at}`, label: `第 ${at + 1} 类人员` }));
  return { code: "试滚动表", title: "两千格的报表", sections: [{ key: "a", title: "一、情况", row_header: "类别", columns, rows: { fixed: rows } }] };
}

test("a form of 2,000 cells scrolls", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const { id } = await reportOf(officer, await issue(officer, "红毛镇"), "什寒村委会");
  const page = await people.pageAs("villageClerk");
  await page.route("**/api/forms/*", async (route) => {
    const answer = await route.fetch();
    const detail = (await answer.json()) as Record<string, unknown>;
    await route.fulfill({ response: answer, json: { ...detail, definition: wideForm() } });
  });
  await page.goto(`/reports/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const inputs = page.locator(".sheet input");
  await expect(inputs).toHaveCount(ROWS * COLUMNS);

  const measure = (down: number, right: number): Promise<number[]> =>
    page.evaluate(
      async ([down, right, frames]) => {
        const sheet = document.querySelector(".sheet");
        if (!sheet) throw new Error("no grid");
        sheet.scrollTo(0, 0);
        const times: number[] = [];
        let last = await new Promise<number>(requestAnimationFrame);
        for (let frame = 0; frame < frames; frame++) {
          sheet.scrollBy(down, right);
          const now = await new Promise<number>(requestAnimationFrame);
          times.push(now - last);
          last = now;
        }
        return times;
      },
      [down, right, FRAMES] as const,
    );
  for (const [name, down, right] of [["down", 8, 0], ["across", 0, 8], ["both", 6, 6]] as const) {
    const times = (await measure(down, right)).sort((a, b) => a - b);
    const at = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
    const dropped = times.filter((time) => time > FRAME_MS * 1.5).length;
    console.log(`scroll ${name}: ${ROWS * COLUMNS} cells, median frame ${at(0.5)} ms, 95 % within ${at(0.95)} ms, ${dropped} of ${times.length} frames dropped`);
    expect(times.length).toBe(FRAMES);
  }
});
