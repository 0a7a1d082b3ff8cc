// A clerk and a reviewer talk about one cell, and flag it to follow up.

import { type Page, expect, test } from "../../fixtures";
import { COLUMNS, ROWS, SHIHAN, TITLE, cell, issue, reportOf, submit } from "../../fixtures/safeguards";

async function say(page: Page, text: string): Promise<void> {
  const panel = page.getByRole("region", { name: "批注" });
  await panel.getByLabel("写批注").fill(text);
  await panel.getByRole("button", { name: "添加批注" }).click();
  await expect(panel.getByText(text)).toBeVisible();
}

test("what is said of a cell is marked there and answered by the other side", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const clerk = await instance.caller(instance.account("villageClerk"));
  const { id, version } = await reportOf(clerk, await issue(officer, "红毛镇"), "什寒村委会");

  const filler = await people.pageAs("villageClerk");
  await filler.goto(`/reports/${id}`);
  await expect(filler.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  await cell(filler, ROWS.water, COLUMNS[2]).focus();
  await say(filler, "雨季管网破损，数比上月多。");
  await filler.getByRole("button", { name: "标记待跟进" }).click();
  await expect(filler.getByRole("img", { name: "有 1 条批注 · 待跟进" })).toBeVisible();
  await people.audit(filler);
  await submit(clerk, { id, version, unit: { id: 0, name: "" } }, SHIHAN);

  const reviewer = await people.pageAs("townReviewer");
  await reviewer.goto(`/reports/${id}`);
  await expect(reviewer.getByRole("img", { name: "有 1 条批注 · 待跟进" })).toBeVisible();
  // From the list of cells of which something is said to the cell itself.
  await reviewer.getByRole("region", { name: "批注" }).getByRole("button", { name: new RegExp(ROWS.water) }).click();
  for (const place of ["批注", "这一格的经过", "办理经过"]) {
    await expect(reviewer.getByRole("region", { name: place }).getByText("雨季管网破损，数比上月多。")).toBeVisible();
  }
  await say(reviewer, "请附抢修记录的日期。");
  await people.audit(reviewer);
  await reviewer.getByRole("button", { name: "取消待跟进" }).click();
  await expect(reviewer.getByRole("img", { name: "有 2 条批注", exact: true })).toBeVisible();

  await filler.reload();
  await expect(filler.getByRole("img", { name: "有 2 条批注", exact: true })).toBeVisible();
  await people.audit(filler);
});
