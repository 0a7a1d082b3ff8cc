// A task that runs is changed: its deadline, its units, a corrected form; everybody can read what was changed and why.

import { type Page, expect, test } from "../../fixtures";
import { SHIHAN, TITLE, issue, reportOf, submit, today, unitId } from "../../fixtures/safeguards";

async function amend(page: Page, what: string) {
  await page.getByRole("button", { name: "调整", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "调整" });
  await dialog.getByRole("group", { name: "调整什么" }).getByRole("button", { name: what }).click();
  return dialog;
}

async function choose(page: Page, label: string, unit: string): Promise<void> {
  const picker = page.getByRole("dialog").locator(".picker").filter({ hasText: label });
  await picker.getByRole("button").first().click();
  await picker.getByRole("searchbox").fill(unit);
  await picker.getByRole("button", { name: new RegExp(`^${unit}`) }).click();
}

test("deadline and units of a running task are changed with a reason that all can read", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const page = await people.pageAs("provinceOfficer");
  await page.goto(`/tasks/${task}?unit=${await unitId(officer, "红毛镇")}`);
  people.expectRefusal(page, /^\/api\/tasks\/[^/]+\/deadline$/, 422);

  const deadline = await amend(page, "截止日期");
  await deadline.getByLabel("新的截止日期").fill(today(9));
  await deadline.getByRole("button", { name: "改截止日期" }).click();
  await expect(deadline.getByLabel("调整原因")).toHaveAttribute("aria-invalid", "true");
  await people.audit(page);
  await deadline.getByLabel("调整原因").fill("台风停工两天，顺延。");
  await deadline.getByRole("button", { name: "改截止日期" }).click();
  await expect(page.getByText(`截止日期已改为 ${today(9)}`)).toBeVisible();

  const units = await amend(page, "填报单位");
  await choose(page, "撤出单位", "罗解村委会");
  await choose(page, "增加单位", "营根镇");
  await units.getByLabel("调整原因").fill("罗解村整村搬迁，本月不报。");
  people.expectRefusal(page, /^\/api\/tasks\/[^/]+\/units$/, 422);
  await units.getByRole("button", { name: "调整单位" }).click();
  await expect(units.getByText("这个单位不在任务下发的范围内。")).toBeVisible();
  await people.audit(page);
  await units.getByRole("button", { name: "不选 营根镇" }).click();
  await units.getByRole("button", { name: "调整单位" }).click();
  await expect(page.getByText("增加 0 份，作废 1 份")).toBeVisible();
  await expect(page.getByRole("row", { name: /什寒村委会/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /罗解村委会/ })).toHaveCount(0);

  await page.getByRole("button", { name: "日志" }).click();
  const log = page.getByRole("region", { name: "任务日志" }).last();
  await expect(log.getByRole("row", { name: /截止日期由/ })).toContainText("台风停工两天，顺延。");
  await expect(log.getByRole("row", { name: /撤出单位 罗解村委会，作废 1 份/ })).toContainText("罗解村整村搬迁，本月不报。");
  await people.audit(page);
});

test("a corrected form takes the place of the one that a task was issued with", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const clerk = await instance.caller(instance.account("villageClerk"));
  await submit(clerk, await reportOf(clerk, task, "什寒村委会"), SHIHAN);
  const page = await people.pageAs("provinceOfficer");
  await page.goto(`/tasks/${task}`);
  const none = await amend(page, "更正表式");
  await expect(none.getByRole("heading", { name: "没有更新的版本" })).toBeVisible();
  await people.audit(page);
  await page.keyboard.press("Escape");

  // The corrected version calls one row by another name; what stands in it stays.
  instance.sql(`insert into form (form_id, code, version, title, cells, definition, digest)
    select gen_random_uuid(), code, version + 1, title, cells, replace(definition, '本月整改投入资金', '本月整改投入资金合计'), digest
    from form where title = '${TITLE}'`);
  const correcting = await amend(page, "更正表式");
  await expect(correcting.getByLabel("换成")).toHaveValue(/.+/);
  await correcting.getByLabel("调整原因").fill("资金一栏的名称改正。");
  await people.audit(page);
  await correcting.getByRole("button", { name: "更正表式" }).last().click();
  await expect(correcting.getByText(/已换成新版，共 \d+ 份，其中已填 1 份/)).toBeVisible();
  await people.audit(page);
  await correcting.getByText("关闭", { exact: true }).click();
  await page.getByRole("button", { name: "日志" }).click();
  await expect(page.getByRole("region", { name: "任务日志" }).last()).toContainText(`《${TITLE}》由第 1 版更正为第 2 版`);

  const { id } = await reportOf(clerk, task, "什寒村委会");
  const reader = await people.pageAs("villageClerk");
  await reader.goto(`/reports/${id}`);
  await expect(reader.getByRole("rowheader", { name: "本月整改投入资金合计" })).toBeVisible();
  await expect(reader.getByRole("main")).toContainText("12,500.50");
  await people.audit(reader);
});
