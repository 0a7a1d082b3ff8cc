// Review beyond yes and no: chosen cells go back, what was mended is marked, many are approved at once, an approval is
// taken back.

import { expect, test } from "../../fixtures";
import { COLUMNS, ROWS, SHIHAN, TITLE, cell, issue, reportOf, submit } from "../../fixtures/safeguards";

const REMARK = "完成整改应为 4 户，请核对台账";

test("chosen cells go back with a remark, only they are open, and what was mended is marked for the reviewer", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const caller = await instance.caller(instance.account("villageClerk"));
  const report = await reportOf(caller, task, "什寒村委会");
  await submit(caller, report, SHIHAN);

  const reviewer = await people.pageAs("townReviewer");
  await reviewer.goto(`/reports/${report.id}`);
  await reviewer.getByRole("row", { name: new RegExp(`^${ROWS.water}`) }).getByText("3", { exact: true }).click();
  await reviewer.getByRole("button", { name: "退回这一格" }).click();
  await people.audit(reviewer);
  await reviewer.keyboard.press("r");
  const dialog = reviewer.getByRole("dialog", { name: "退回报表" });
  await dialog.getByLabel("原因", { exact: true }).fill("饮水安全的数不对。");
  await dialog.getByRole("textbox", { name: `${ROWS.water}，${COLUMNS[3]}` }).fill(REMARK);
  await people.audit(reviewer);
  await dialog.getByRole("button", { name: "退回", exact: true }).click();
  await expect(reviewer.getByText("已退回，填报员会收到短信")).toBeVisible();

  const clerk = await people.pageAs("villageClerk");
  await clerk.goto(`/reports/${report.id}`);
  const returned = clerk.getByRole("region", { name: "退回的格" });
  await expect(returned).toContainText("只退回了 1 格");
  await expect(returned).toContainText(REMARK);
  await expect(cell(clerk, ROWS.food, COLUMNS[0])).toHaveCount(0);
  await people.audit(clerk);
  await returned.getByRole("button", { name: `${ROWS.water}，${COLUMNS[3]}` }).click();
  await expect(cell(clerk, ROWS.water, COLUMNS[3])).toBeFocused();
  await clerk.keyboard.type("4");
  await clerk.keyboard.press("Enter");
  await expect(clerk.getByText("全部已保存")).toBeVisible();
  await clerk.getByRole("button", { name: "提交", exact: true }).click();
  await expect(clerk.getByText("已提交，等乡镇审核；审核前可以撤回")).toBeVisible();

  await reviewer.goto(`/reports/${report.id}`);
  await expect(reviewer.getByText(/比上次提交（.+）改了 \d+ 格/)).toBeVisible();
  await reviewer.getByRole("button", { name: "与上次通过比" }).click();
  await expect(reviewer.getByText("这次提交以前还没有人通过过。")).toBeVisible();
  await people.audit(reviewer);
});

test("many are approved at once, each that is refused is named, and an approval is taken back", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const caller = await instance.caller(instance.account("townClerk"));
  for (const village of ["罗解村委会", "番响村委会", "新伟南居委会"]) {
    await submit(caller, await reportOf(caller, task, village), { ...SHIHAN, leader: "王秀英" });
  }

  const page = await people.pageAs("townReviewer");
  await page.goto("/reports?mine=true");
  await page.getByLabel("全选本页待审核的").check();
  await expect(page.getByText("已选 3 份")).toBeVisible();
  await people.audit(page);
  const taken = await reportOf(caller, task, "番响村委会");
  await caller.post(`/api/reports/${taken.id}/withdrawal`, { version: taken.version });
  await page.getByRole("button", { name: "审核通过" }).click();
  await expect(page.getByText("已通过 2 份")).toBeVisible();
  await expect(page.getByRole("alert")).toContainText(`番响村委会 ${TITLE}`);
  await people.audit(page);
  await page.getByRole("button", { name: "知道了" }).click();

  const approved = await reportOf(caller, task, "罗解村委会");
  await page.goto(`/reports/${approved.id}`);
  await page.getByRole("button", { name: "撤销通过" }).click();
  const dialog = page.getByRole("dialog", { name: "撤销审核通过" });
  await dialog.getByLabel("原因", { exact: true }).fill("看错了行");
  await people.audit(page);
  await dialog.getByRole("button", { name: "撤销通过" }).click();
  await expect(page.getByText("已撤销通过，报表重新等待审核")).toBeVisible();
  await expect(page.getByText("乡镇 正在审核")).toBeVisible();
});
