// A province officer designs a form in the browser, sees what is wrong where it stands, and publishes it.

import { readFileSync } from "node:fs";
import { type Page, expect, test } from "../../fixtures";

const TITLE = "防汛物资月报";

function panel(page: Page) {
  return page.getByRole("region", { name: "属性" });
}

async function beginForm(page: Page): Promise<void> {
  await page.goto("/forms");
  await page.getByRole("button", { name: "新建表式" }).click();
  const dialog = page.getByRole("dialog", { name: "新建表式" });
  await dialog.getByRole("button", { name: "开始设计" }).click();
  await expect(dialog.getByText("请填写表号和报表名称。")).toBeVisible();
  await dialog.getByRole("textbox", { name: "表号" }).fill("琼巩固月21表");
  await dialog.getByRole("textbox", { name: "报表名称" }).fill(TITLE);
}

test("a form with a formula and a hard rule is designed, tried, published and issued", async ({ people }) => {
  const page = await people.pageAs("provinceOfficer");
  await beginForm(page);
  await people.audit(page);
  await page.getByRole("button", { name: "开始设计" }).click();
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  await expect(page.getByText("没有问题，可以发布")).toBeVisible();
  await people.audit(page);

  // Two more columns: what is left, computed from the other two.
  await page.getByRole("button", { name: "数量", exact: true }).click();
  await panel(page).getByLabel("列名").fill("上月库存");
  for (const title of ["本月发放", "月末库存"]) {
    await panel(page).getByRole("button", { name: "右边加一列" }).click();
    await panel(page).getByLabel("列名").fill(title);
  }
  await panel(page).getByLabel("类型").selectOption("自动计算");
  await expect(panel(page).getByText("写法有误").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "发布" })).toBeDisabled();
  await people.audit(page);
  await panel(page).getByRole("button", { name: "点格子插入" }).click();
  await page.getByRole("button", { name: "指标一 上月库存：整数" }).click();
  await expect(panel(page).getByLabel("公式")).toHaveValue("c1");
  await panel(page).getByLabel("公式").fill("c1 - c2");
  await expect(page.getByText("没有问题，可以发布")).toBeVisible();

  await page.getByRole("button", { name: "加一条审核关系" }).click();
  await panel(page).getByLabel("应当成立的关系").fill("s1.r1.c2 <= s1.r1.c1");
  await panel(page).getByLabel("标红的格").fill("s1.r1.c2");
  await panel(page).getByLabel("不符时的提示").fill("发放（{s1.r1.c2}）不能多于库存（{s1.r1.c1}）");
  await expect(page.getByText("没有问题，可以发布")).toBeVisible();
  await expect(page.getByText("已保存", { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: /发放（/ })).toBeVisible();

  // As a clerk will see it.
  await page.getByRole("button", { name: "试填" }).click();
  await page.getByLabel("指标一，上月库存").or(page.getByRole("textbox", { name: /上月库存/ })).first().fill("5");
  await page.keyboard.press("Tab");
  await page.keyboard.type("8");
  await page.keyboard.press("Enter");
  await expect(page.getByText("发放（8）不能多于库存（5）")).toBeVisible();
  await expect(page.getByText("-3", { exact: true })).toBeVisible();
  await people.audit(page);

  await page.getByRole("button", { name: "发布" }).click();
  const dialog = page.getByRole("dialog", { name: "发布表式" });
  await expect(dialog.getByText(`「${TITLE}」发布后成为正式版本`)).toBeVisible();
  await people.audit(page);
  await dialog.getByRole("button", { name: "发布" }).click();
  await expect(page.getByText(`「${TITLE}」第 1 版已发布`)).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "月末库存" })).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "下发任务" }).click();
  await expect(page.getByRole("dialog", { name: "下发任务" }).getByRole("checkbox", { name: TITLE })).toBeChecked();
});

test("a definition leaves as a file and comes back the same; asking again for its items is pointed out", async ({ people }) => {
  const page = await people.pageAs("provinceOfficer");
  await page.goto("/forms");
  await expect(page.getByRole("table", { name: "表式" })).toBeVisible();
  await people.audit(page);
  await page.getByRole("table", { name: "表式" }).getByRole("link").first().click();
  await expect(page.getByRole("button", { name: "下载定义" })).toBeVisible();
  await people.audit(page);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "下载定义" }).click()]);
  const definition = readFileSync(await file.path(), "utf8");
  const renamed = definition.replace(/"code": "[^"]*"/, '"code": "琼巩固月99表"');
  await page.goto("/forms");
  await page.getByRole("button", { name: "新建表式" }).click();
  const dialog = page.getByRole("dialog", { name: "新建表式" });
  await dialog.getByRole("radio", { name: "导入表式定义" }).check();
  await dialog.locator("input[type=file]").setInputFiles({ name: "表式.json", mimeType: "application/json", buffer: Buffer.from(renamed) });
  await expect(dialog.getByLabel("表式定义（JSON）")).toHaveValue(renamed);
  await dialog.getByRole("button", { name: "开始设计" }).click();
  await expect(page.getByText("没有问题，可以发布")).toBeVisible();
  const [again] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "下载定义" }).click()]);
  expect(readFileSync(await again.path(), "utf8")).toBe(renamed);
  await page.getByRole("button", { name: "发布" }).click();
  await expect(page.getByRole("dialog", { name: "发布表式" }).getByText(/有 \d+ 项指标已在其他报表中采集/)).toBeVisible();
  await people.audit(page);
});
