// The registry as its people use it: a table with errors comes in, is mended and taken; a household is found, read, changed,
// reviewed; a number is shown for a purpose, and the look is on record; last year's page stays as it was.

import { readFileSync } from "node:fs";
import { type Page, type People, expect, test } from "../../fixtures";
import { readWorkbook } from "../../fixtures/spreadsheet";

const VILLAGE = ["海南省", "省直辖", "琼中黎族苗族自治县", "红毛镇", "罗解村委会"];
const HEAD = "省,市,县（区）,乡（镇）,行政村,户编号,姓名,证件类型,证件号码,年度,与户主关系,健康状况,识别标准,家庭联系电话";

/** A number of nobody: of a region that there is none of. */
function idNumber(born: string, serial: number): string {
  const seventeen = `469999${born}${String(serial).padStart(3, "0")}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...seventeen].reduce((sum, digit, place) => sum + Number(digit) * (weights[place] ?? 0), 0);
  return seventeen + ("10X98765432"[sum % 11] ?? "");
}

const FATHER = idNumber("19700305", 11);
const MOTHER = idNumber("19720101", 22);

function row(household: string, name: string, number: string, relation: string, rest: string): string {
  return [...VILLAGE, household, name, "居民身份证", number, "2025", relation, rest].join(",");
}

const GOOD = [row("罗解-1", "符亚大", FATHER, "户主", "健康,国家标准,13000001234"), row("罗解-1", "王阿香", MOTHER, "配偶", "长期慢性病,国家标准,")];
/** A name of characters that old programs lose. */
const RARE = "𠮷·㐀";
const BAD = row("罗解-2", "陈小弟", "6.22E+17", "户主", "健康,国家标准,");

async function upload(people: People, page: Page, rows: string[]): Promise<void> {
  await page.goto("/table-imports");
  await expect(page.getByRole("heading", { level: 1, name: "数据导入导出" })).toBeVisible();
  await people.audit(page);
  const buffer = Buffer.from([HEAD, ...rows].join("\r\n"));
  const region = page.getByRole("region", { name: "上传数据表" });
  await region.locator("input[type=file]").setInputFiles({ name: "人口.csv", mimeType: "text/csv", buffer });
  await expect(page.getByRole("heading", { level: 1, name: "数据导入", exact: true })).toBeVisible();
}

async function takeIn(people: People, page: Page, rows: string[]): Promise<void> {
  await upload(people, page, rows);
  await page.getByRole("button", { name: /^导入 \d+ 行$/ }).click({ timeout: 30_000 });
  await expect(page.getByText("导入完成", { exact: false })).toBeVisible({ timeout: 30_000 });
  await people.audit(page);
}

async function find(page: Page, typed: string): Promise<void> {
  await page.goto("/people");
  await page.getByRole("combobox", { name: "查找人员" }).fill(typed);
  await page.keyboard.press("Enter");
}

/** Approve what waits of a kind. */
async function approve(reviewer: Page, kind: RegExp): Promise<void> {
  await reviewer.goto("/household-changes");
  await reviewer.getByRole("button", { name: kind }).click();
  await reviewer.getByRole("button", { name: /^通过/ }).click();
  await expect(reviewer.getByText("已通过，变更已生效", { exact: false })).toBeVisible();
}

test("a table with errors is mended and taken, and goes out again", async ({ people }) => {
  test.setTimeout(180_000);
  const officer = await people.pageAs("provinceOfficer");
  await upload(people, officer, [...GOOD, row("罗解-4", RARE, idNumber("19600101", 51), "户主", "健康,国家标准,"), BAD]);
  await expect(officer.getByText("有 3 行可以导入，1 行有错误", { exact: false })).toBeVisible({ timeout: 30_000 });
  await expect(officer.getByRole("row", { name: /证件号码/ })).toContainText("被电子表格按数字保存");
  await people.audit(officer);
  const [file] = await Promise.all([officer.waitForEvent("download"), officer.getByRole("button", { name: "下载错误数据" }).click()]);
  const sheets = readWorkbook(readFileSync(await file.path())).sheets;
  expect([...sheets.keys()]).toEqual(["错误数据"]);
  await officer.getByRole("button", { name: "导入 3 行" }).click();
  await expect(officer.getByText("导入完成：新增 3 行", { exact: false })).toBeVisible({ timeout: 30_000 });
  await people.audit(officer);
  await find(officer, RARE);
  await expect(officer.getByRole("option", { name: new RegExp(RARE) })).toBeVisible();
  await people.audit(officer);

  await upload(people, officer, [BAD.replace("6.22E+17", idNumber("19800101", 31))]);
  await expect(officer.getByText("1 行都可以导入", { exact: false })).toBeVisible({ timeout: 30_000 });
  await upload(people, officer, GOOD);
  await expect(officer.getByText("与已有的完全相同", { exact: false })).toBeVisible({ timeout: 30_000 });

  await officer.goto("/table-imports");
  await people.audit(officer);
  await officer.getByRole("button", { name: "导出数据表" }).click();
  const dialog = officer.getByRole("dialog");
  await dialog.getByLabel("年度").fill("2025");
  const [out] = await Promise.all([officer.waitForEvent("download"), dialog.getByRole("button", { name: "导出数据表" }).click()]);
  const text = readFileSync(await out.path(), "utf8");
  expect(text).toContain("符亚大");
  expect(text).toContain(RARE);
  expect(text).not.toContain(FATHER);
});

test("a household is found, read, changed and reviewed, and a look at a number is on record", async ({ people }) => {
  test.setTimeout(240_000);
  const officer = await people.pageAs("provinceOfficer");
  await takeIn(people, officer, GOOD);

  const clerk = await people.pageAs("townClerk");
  for (const typed of [FATHER, "符亚大", "fuyada", "13000001234", "罗解-1"]) {
    await find(clerk, typed);
    await expect(clerk.getByRole("option", { name: /符亚大/ })).toBeVisible();
  }
  await people.audit(clerk);
  await clerk.goto("/households");
  await expect(clerk.getByRole("row", { name: /符亚大/ })).toBeVisible();
  await people.audit(clerk);
  await clerk.getByRole("row", { name: /符亚大/ }).getByRole("link", { name: "罗解-1" }).click();
  await expect(clerk.getByRole("heading", { level: 1, name: /罗解-1/ })).toBeVisible();
  await people.audit(clerk);

  const household = clerk.url().split("?")[0] ?? "";
  const members = clerk.getByRole("region", { name: "家庭成员" });
  await members.getByRole("button", { name: /查看符亚大的证件号码/ }).click();
  const dialog = clerk.getByRole("dialog");
  await dialog.getByLabel("入户走访").check();
  await people.audit(clerk);
  await dialog.getByRole("button", { name: "查看", exact: true }).click();
  await expect(dialog).toContainText(FATHER.slice(14));
  await clerk.keyboard.press("Escape");

  await clerk.getByRole("button", { name: "变更", exact: true }).click();
  await clerk.getByRole("menuitem", { name: "添加成员" }).click();
  const form = clerk.getByRole("dialog");
  await form.getByLabel("姓名").fill("符小宝");
  await form.getByLabel("暂无证件号码").check();
  await form.getByLabel("性别").selectOption({ label: "女" });
  await form.getByLabel("出生日期").fill("2026-11-01");
  await form.getByLabel("与户主关系").selectOption({ label: "之女" });
  await form.getByLabel("增加原因").selectOption({ label: "新生儿" });
  await people.audit(clerk);
  await form.getByRole("button", { name: "提交" }).click();
  await expect(clerk.getByText("已提交，审核通过后生效", { exact: false })).toBeVisible();

  const reviewer = await people.pageAs("townReviewer");
  await reviewer.getByRole("link", { name: /审核户信息变更/ }).click();
  await reviewer.getByRole("button", { name: /符亚大/ }).or(reviewer.getByRole("link", { name: /符亚大/ })).first().click();
  await expect(reviewer.getByText("符小宝").first()).toBeVisible();
  await people.audit(reviewer);
  await reviewer.getByRole("button", { name: /^通过/ }).click();
  await expect(reviewer.getByText("已通过，变更已生效", { exact: false })).toBeVisible();

  await clerk.reload();
  await expect(clerk.getByRole("region", { name: "家庭成员" })).toContainText("符小宝");
  await clerk.goto(`${household}?year=2025`);
  await expect(clerk.getByRole("region", { name: "家庭成员" })).not.toContainText("符小宝");

  await clerk.goto(household);
  await clerk.getByRole("button", { name: "变更", exact: true }).click();
  await clerk.getByRole("menuitem", { name: "变更户主" }).click();
  const heading = clerk.getByRole("dialog");
  await heading.getByLabel("新户主").selectOption({ label: "王阿香（配偶）" });
  await heading.getByLabel("符亚大").selectOption({ label: "配偶" });
  await heading.getByLabel("符小宝").selectOption({ label: "之女" });
  await people.audit(clerk);
  await heading.getByRole("button", { name: "提交" }).click();
  await expect(heading).toBeHidden();
  await approve(reviewer, /变更户主/);

  await clerk.goto(household);
  await clerk.getByRole("button", { name: "变更", exact: true }).click();
  await clerk.getByRole("menuitem", { name: "成员减少" }).click();
  const leaving = clerk.getByRole("dialog");
  await leaving.getByLabel("成员").selectOption({ label: "符亚大（配偶）" });
  await leaving.getByLabel("减少原因").selectOption({ label: "死亡" });
  await people.audit(clerk);
  await leaving.getByRole("button", { name: "提交" }).click();
  await expect(leaving).toBeHidden();
  await approve(reviewer, /成员减少/);
  await clerk.goto(household);
  await expect(members.getByRole("row", { name: /王阿香/ })).toContainText("户主");
  await expect(members.getByRole("row", { name: /符亚大/ })).toContainText("死亡");
  await people.audit(clerk);
  await clerk.goto(`${household}?year=2025`);
  await expect(members.getByRole("row", { name: /符亚大/ })).toContainText("户主");
  await expect(members.getByRole("row", { name: /符亚大/ })).not.toContainText("死亡");

  const auditor = await people.pageAs("auditAdmin");
  await auditor.goto("/sightings");
  await people.audit(auditor);
  await auditor.getByLabel("查谁的留痕").fill(FATHER);
  await auditor.getByRole("button", { name: "查看", exact: true }).click();
  await expect(auditor.getByText("符** 被谁看过")).toBeVisible();
  await expect(auditor.getByRole("row", { name: /查看明文号码/ })).toBeVisible();
  expect(auditor.url()).not.toContain(FATHER);
  await people.audit(auditor);
});

test("who may be registered twice is merged, and the merge is taken back", async ({ people }) => {
  test.setTimeout(180_000);
  const officer = await people.pageAs("provinceOfficer");
  await takeIn(people, officer, [...GOOD, row("罗解-3", "符亚大", idNumber("19700305", 13), "户主", "健康,国家标准,")]);

  const reviewer = await people.pageAs("townReviewer");
  await reviewer.goto("/duplicates");
  const pair = reviewer.getByRole("article", { name: "符亚大" });
  await expect(pair.getByRole("row", { name: /证件号码/ })).toContainText("不同");
  await people.audit(reviewer);
  await pair.getByRole("button", { name: "合并" }).click();
  const dialog = reviewer.getByRole("dialog");
  await dialog.getByLabel("原因").fill("入户核实，后一条证件号码录错");
  await people.audit(reviewer);
  await dialog.getByRole("button", { name: "合并" }).click();
  await expect(reviewer.getByText("没有这样的记录")).toBeVisible();
  await people.audit(reviewer);
  await reviewer.getByRole("button", { name: "已合并" }).click();
  await expect(pair).toContainText("后一条证件号码录错");
  await expect(pair.getByRole("row", { name: /当前状态/ })).toContainText("已并入另一条");
  await people.audit(reviewer);
  await pair.getByRole("columnheader", { name: /后登记/ }).getByRole("link").click();
  await expect(reviewer.getByText("已合并", { exact: false }).first()).toBeVisible();
  await people.audit(reviewer);
  await reviewer.getByRole("link", { name: "查看保留的记录" }).click();
  await expect(reviewer.getByRole("definition").filter({ hasText: "罗解-1" })).toBeVisible();

  await reviewer.goto("/duplicates?state=merged");
  await pair.getByRole("button", { name: "撤销处理" }).click();
  await reviewer.getByRole("dialog").getByLabel("原因").fill("两人确为同名");
  await reviewer.getByRole("dialog").getByRole("button", { name: "撤销处理" }).click();
  await reviewer.getByRole("button", { name: "待处理" }).click();
  await expect(pair.getByRole("button", { name: "合并" })).toBeVisible();

  // The palette leads to whom one types, and the address says nothing of it.
  await reviewer.keyboard.press("Control+k");
  await reviewer.getByRole("combobox", { name: "查找页面、单位、报表" }).fill("符亚大");
  await reviewer.getByRole("option", { name: /在家庭档案中查/ }).click();
  await expect(reviewer.getByRole("option", { name: /符亚大/ }).first()).toBeVisible();
  await people.audit(reviewer);
  expect(decodeURIComponent(reviewer.url())).not.toContain("符亚大");
});
