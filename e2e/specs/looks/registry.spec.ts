// Pictures of the registry's pages at three sizes, over a hundredth of a synthetic province: `npm run looks`, then results/looks/.

import { type Page, test } from "../../fixtures";
import { look } from "../../fixtures/look";

test.use({ serve: ["--demo", "--scale", "0.01"] });

async function visit(page: Page, name: string, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await look(page, name);
}

test("every page of the registry, as those see it who use it", async ({ people }) => {
  test.setTimeout(600_000);
  const officer = await people.pageAs("provinceOfficer");
  for (const [name, path] of [
    ["households", "/households"],
    ["households-none", "/households?having=health=234"],
    ["changes-empty", "/household-changes"],
    ["duplicates", "/duplicates"],
    ["duplicates-empty", "/duplicates?state=merged"],
    ["table-imports", "/table-imports"],
    ["code-gaps", "/code-gaps"],
    ["income-lines", "/income-lines"],
  ] as const) {
    await visit(officer, name, path);
  }
  await officer.goto("/households");
  await officer.getByRole("table").getByRole("link").first().click();
  await officer.getByRole("region", { name: "家庭成员" }).waitFor();
  const household = officer.url();
  await look(officer, "household");
  await officer.getByRole("region", { name: "家庭成员" }).getByRole("button", { name: /查看/ }).first().click();
  await look(officer, "reveal");
  await officer.keyboard.press("Escape");
  await officer.getByRole("region", { name: "家庭成员" }).getByRole("link").first().click();
  await officer.getByRole("region", { name: "基本信息" }).or(officer.getByRole("heading", { level: 1 })).first().waitFor();
  await look(officer, "person");
  await officer.goto("/people");
  await officer.getByRole("combobox", { name: "查找人员" }).fill("wang");
  await officer.keyboard.press("Enter");
  await officer.getByRole("option").first().waitFor();
  await look(officer, "people");
  await officer.goto("/table-imports");
  await officer.getByRole("table").getByRole("link").first().click();
  await officer.getByRole("heading", { level: 1, name: "数据导入", exact: true }).waitFor();
  await look(officer, "table-import");
  await officer.goto("/table-imports");
  await officer.getByRole("button", { name: "导出数据表" }).click();
  await look(officer, "export-dialog");

  const auditor = await people.pageAs("auditAdmin");
  await visit(auditor, "sightings-empty", "/sightings");
  await visit(auditor, "sightings", `/sightings?of=household&id=${new URL(household).pathname.split("/").pop() ?? ""}`);

  const clerk = await people.pageAs("townClerk");
  await visit(clerk, "households-clerk", "/households");
});
