// An officer asks those who owe; who has just been asked is left in peace, and nobody asks too often.

import { type Page, expect, test } from "../../fixtures";
import { message } from "../../fixtures/phone";
import { issue } from "../../fixtures/safeguards";

async function dun(page: Page) {
  await page.getByRole("button", { name: "催报" }).click();
  const dialog = page.getByRole("dialog", { name: "催报" });
  await dialog.getByRole("button", { name: "发出催报" }).click();
  return dialog;
}

test("those who owe are dunned once and then rest for four hours", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const page = await people.pageAs("provinceOfficer");
  await page.goto(`/tasks/${task}`);
  await page.getByRole("button", { name: "催报" }).click();
  const asking = page.getByRole("dialog", { name: "催报" });
  await expect(asking.getByLabel("已逾期的（0 份）")).not.toBeChecked();
  await expect(asking.getByLabel(/所有还没提交的（\d+ 份）/)).toBeChecked();
  await people.audit(page);
  await asking.getByRole("button", { name: "发出催报" }).click();
  await expect(asking.getByRole("alert")).toHaveText("已通知 2 人");
  await expect(asking).toContainText("您今天还可以催报 19 次");
  await people.audit(page);
  await asking.getByText("关闭", { exact: true }).click();

  const resting = await dun(page);
  await expect(resting.getByRole("alert")).toHaveText("已通知 0 人");
  await expect(resting).toContainText("另有 2 人刚催过，这次不再打扰");
  await expect(resting).toContainText("您今天还可以催报 19 次");
  await resting.getByText("关闭", { exact: true }).click();
  await page.getByRole("button", { name: "日志" }).click();
  await expect(page.getByRole("region", { name: "任务日志" }).last()).toContainText("催报未提交的，通知 2 人，0 人刚催过");
  await people.audit(page);

  const phone = await people.stranger();
  await phone.goto("/sandbox");
  await expect(message(phone, instance.account("villageClerk").name, "现催报什寒村委会")).toContainText("已送达", { timeout: 30_000 });
  await people.audit(phone);

  await page.close();
  instance.ahead(4);
  const later = await people.pageAs("provinceOfficer");
  await later.goto(`/tasks/${task}`);
  await expect((await dun(later)).getByRole("alert")).toHaveText("已通知 2 人");
  await people.audit(later);
});

test("an officer who has dunned enough for the day is told to wait", async ({ instance, people }) => {
  instance.sql("update task_policy set dunnings_per_day = 1, dunning_rest = '0'");
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const page = await people.pageAs("provinceOfficer");
  await page.goto(`/tasks/${task}`);
  const first = await dun(page);
  await expect(first).toContainText("您今天还可以催报 0 次");
  await first.getByText("关闭", { exact: true }).click();

  people.expectRefusal(page, /^\/api\/tasks\/[^/]+\/dunnings$/, 409);
  people.expectRefusal(page, /^\/api\/tasks\/[^/]+\/dunnings$/, 429);
  await expect((await dun(page)).getByRole("alert")).toHaveText("今天已经催报 1 次，明天再催。");
  await people.audit(page);
});
