// Accounts of many people from one sheet: looked at, mended, taken; their roles confirmed; a new clerk comes in.

import { readFileSync } from "node:fs";
import { type Page, expect, test } from "../../fixtures";
import { MEDIA_TYPE, type Person, sheetOf } from "../../fixtures/people";
import { followMessage, message } from "../../fixtures/phone";
import { readWorkbook } from "../../fixtures/spreadsheet";

const PASSWORD = "Wanquan2026he";
const CLERK: Person = { name: "符小禾", username: "luojie-fu", phone: "19900001234", unit: "红毛镇/罗解村委会", role: "填报员" };
const REVIEWER: Person = { name: "王小海", username: "hongmao-wang", phone: "19900001235", unit: "红毛镇", role: "审核员" };

async function upload(page: Page, people: Person[]): Promise<void> {
  await page.goto("/account-imports");
  await expect(page.getByRole("heading", { level: 1, name: "批量导入" })).toBeVisible();
  const region = page.getByRole("region", { name: "上传账号表" });
  await region.locator("input[type=file]").setInputFiles({ name: "账号.xlsx", mimeType: MEDIA_TYPE, buffer: sheetOf(people) });
  await expect(page.getByRole("heading", { level: 1, name: "账号导入" })).toBeVisible();
}

test("a sheet with errors is mended and taken, its roles are confirmed in one act, and a new clerk comes in", async ({ people }) => {
  test.setTimeout(180_000);
  const system = await people.pageAs("systemAdmin");
  await system.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "批量导入" }).click();
  await expect(system.getByRole("heading", { name: "还没有上传过账号表" })).toBeVisible();
  await people.audit(system);
  const [template] = await Promise.all([system.waitForEvent("download"), system.getByRole("button", { name: "下载模板" }).click()]);
  expect(template.suggestedFilename()).toBe("账号导入模板.xlsx");
  expect([...readWorkbook(readFileSync(await template.path())).sheets.keys()]).toEqual(["账号", "填写说明"]);

  await upload(system, [CLERK, { ...REVIEWER, phone: "12345", role: "站长" }]);
  await expect(system.getByText("1 行核对无误，可以先导入；1 行有误，不会导入。", { exact: false })).toBeVisible({ timeout: 30_000 });
  const wrong = system.getByRole("row", { name: new RegExp(REVIEWER.name) });
  await expect(wrong).toContainText("C3「联系电话」");
  await expect(wrong).toContainText("填的是「站长」");
  await people.audit(system);
  const [report] = await Promise.all([system.waitForEvent("download"), system.getByRole("button", { name: "下载为 CSV" }).click()]);
  expect(readFileSync(await report.path(), "utf8")).toContain("3,C3,联系电话,王小海,hongmao-wang,,不是手机号");

  await upload(system, [CLERK, REVIEWER]);
  await expect(system.getByText("2 行全部核对无误，可以导入。", { exact: false })).toBeVisible({ timeout: 30_000 });
  await people.audit(system);
  await system.getByRole("button", { name: "导入无误的 2 行" }).click();
  await expect(system.getByText("导入完成。", { exact: false })).toBeVisible({ timeout: 30_000 });
  await expect(system.getByRole("row", { name: new RegExp(CLERK.name) })).toContainText("已发链接", { timeout: 30_000 });
  await people.audit(system);

  await upload(system, [CLERK, REVIEWER]);
  await expect(system.getByText("没有需要导入的", { exact: false })).toBeVisible({ timeout: 30_000 });
  await expect(system.getByText("已经导入过，内容完全相同", { exact: false })).toBeVisible();
  await expect(system.getByRole("button", { name: /^导入无误的/ })).toBeDisabled();

  const security = await people.pageAs("securityAdmin");
  await security.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "待确认授权" }).click();
  await people.audit(security);
  await security.getByRole("row").filter({ hasText: "待确认" }).last().getByRole("link").click();
  await expect(security.getByRole("heading", { level: 1, name: "确认授权" })).toBeVisible();
  await expect(security.getByRole("region", { name: "角色与级别" }).first()).toContainText("填报员");
  await people.audit(security);
  await security.getByLabel(`拒绝 ${REVIEWER.name}`).check();
  await security.getByRole("button", { name: "全部确认" }).click();
  const dialog = security.getByRole("dialog", { name: "全部确认" });
  await expect(dialog.getByText("确认 1 条，拒绝 1 条", { exact: false })).toBeVisible();
  await people.audit(security);
  people.expectRefusal(security, /\/decision$/, 422);
  await dialog.getByRole("button", { name: "全部确认" }).click();
  await expect(dialog.getByText("必须填写。")).toBeVisible();
  await dialog.getByLabel("拒绝的原因").fill("红毛镇已有审核员");
  await dialog.getByRole("button", { name: "全部确认" }).click();
  await expect(security.getByText("已确认 1 条，拒绝 1 条，留下 0 条。")).toBeVisible();
  await expect(security.getByText("已拒绝：红毛镇已有审核员")).toBeVisible();
  await people.audit(security);

  const clerk = await followMessage(people, CLERK, "设置密码");
  await expect(clerk.getByText(`为 ${CLERK.name}（${CLERK.username}）设置密码`, { exact: false })).toBeVisible();
  await people.audit(clerk);
  await clerk.getByLabel("新密码", { exact: true }).fill(PASSWORD);
  await clerk.getByLabel("再输一遍新密码").fill(PASSWORD);
  await clerk.getByRole("button", { name: "设置密码" }).click();
  await clerk.getByRole("link", { name: "去登录" }).click();
  await people.signIn(clerk, { username: CLERK.username, password: PASSWORD });
  await expect(clerk.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "报表", exact: true })).toBeVisible();
  await people.audit(clerk);

  await clerk.goto("/me");
  const phone = clerk.getByRole("region", { name: "联系电话" });
  await expect(phone.getByText("现在是 199****1234")).toBeVisible();
  await phone.getByLabel("新的手机号").fill("123");
  await phone.getByRole("button", { name: "修改联系电话" }).click();
  await expect(phone.getByText("手机号应为 11 位数字，以 1 开头。")).toBeVisible();
  await phone.getByLabel("新的手机号").fill("19900005678");
  await phone.getByLabel("当前密码").fill("Wrong2026password");
  people.expectRefusal(clerk, /\/session\/phone$/, 409);
  await phone.getByRole("button", { name: "修改联系电话" }).click();
  await expect(phone.getByText("当前密码不对。").first()).toBeVisible();
  await phone.getByLabel("当前密码").fill(PASSWORD);
  await phone.getByRole("button", { name: "修改联系电话" }).click();
  await expect(phone.getByText("现在是 199****5678")).toBeVisible();
  await people.audit(clerk);

  await clerk.goto("/sandbox");
  await clerk.getByLabel("按姓名、手机号或内容查找").fill(CLERK.name);
  const told = message(clerk, CLERK.name, "改为199****5678");
  await expect(told).toContainText("199****1234", { timeout: 30_000 });
  await people.audit(clerk);
});
