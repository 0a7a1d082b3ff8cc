// Somebody who is away lets a colleague review in his or her place, and takes it back.

import { expect, test } from "../../fixtures";
import { followMessage } from "../../fixtures/phone";
import { SHIHAN, issue, reportOf, submit } from "../../fixtures/safeguards";

test("a reviewer on leave lets the county review, whose acts carry both names, and takes it back", async ({ instance, people }) => {
  const absent = instance.account("townReviewer");
  const colleague = instance.account("countyReviewer");
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const clerk = await instance.caller(instance.account("villageClerk"));
  const report = await reportOf(clerk, task, "什寒村委会");
  await submit(clerk, report, SHIHAN);

  const page = await people.pageAs("townReviewer");
  await page.getByLabel("我的账号菜单").click();
  await page.getByRole("link", { name: "委托代办" }).click();
  await expect(page.getByText("没有委托", { exact: true })).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "委托代办" }).click();
  const dialog = page.getByRole("dialog", { name: "委托代办" });
  await dialog.getByRole("button", { name: "委托代办" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("请选择代办人。");
  await dialog.getByLabel("请谁代办").fill(colleague.name);
  await dialog.getByRole("radio", { name: new RegExp(colleague.name) }).check();
  await dialog.getByLabel("原因").fill("年休假");
  await people.audit(page);
  await dialog.getByRole("button", { name: "委托代办" }).click();
  await expect(page.getByText("已委托，已短信告知双方")).toBeVisible();
  await expect(page.getByRole("region", { name: "我委托别人办理" }).getByRole("row", { name: new RegExp(colleague.name) })).toContainText("代办中");
  await people.audit(page);

  const phone = await followMessage(people, colleague, `${absent.name}的填报审核工作由您代办`);
  await people.signIn(phone, colleague);
  await expect(phone.getByRole("region", { name: "我代别人办理" })).toContainText(absent.name);
  await people.audit(phone);
  await phone.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "我的待办" }).click();
  await expect(phone.getByRole("region", { name: "待办清单" })).toContainText(`代 ${absent.name}`);
  await people.audit(phone);
  await phone.goto(`/reports/${report.id}`);
  await expect(phone.getByText(`您正代${absent.name}办理这张报表`)).toBeVisible();
  await people.audit(phone);
  await phone.getByRole("button", { name: "审核通过" }).click();
  await expect(phone.getByRole("region", { name: "办理经过" })).toContainText(`${colleague.name} 代 ${absent.name}`);

  await page.getByRole("button", { name: "结束委托" }).click();
  const ending = page.getByRole("dialog", { name: "结束委托" });
  await people.audit(page);
  await ending.getByRole("button", { name: "结束委托" }).click();
  await expect(page.getByText("委托已经结束，已短信告知双方")).toBeVisible();
  await expect(page.getByRole("row", { name: new RegExp(colleague.name) })).toContainText("已收回");

  const auditor = await people.pageAs("auditAdmin");
  await auditor.goto("/audit");
  await expect(auditor.getByRole("row").filter({ hasText: `${colleague.username} 代 ${absent.username}` })).toHaveCount(1);
  await people.audit(auditor);
});
