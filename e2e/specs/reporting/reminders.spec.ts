// By the calendar: clerks are reminded before and after the deadline, and lateness climbs to the town and the county.

import { expect, test } from "../../fixtures";
import { message } from "../../fixtures/phone";
import { issue, today } from "../../fixtures/safeguards";

/** The platform looks at the calendar every twenty seconds, and the phone's page at the gateway. */
const SOON = { timeout: 60_000 };
/** After how many days the shipped tasks are due. */
const DUE = 7;

test("clerks are reminded by the calendar and lateness climbs", async ({ instance, people }) => {
  test.setTimeout(300_000);
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const [clerk, town, county] = [instance.account("villageClerk"), instance.account("townReviewer"), instance.account("countyReviewer")];
  const phone = await people.stranger();
  await phone.goto("/sandbox");
  await people.audit(phone);
  const month = Number(today(DUE).slice(5, 7));
  const day = Number(today(DUE).slice(8, 10));

  await test.step("three days before the deadline the clerk is reminded", async () => {
    instance.noonOf(today(DUE - 3));
    await expect(message(phone, clerk.name, `还没有提交，${month}月${day}日截止`)).toContainText("已送达", SOON);
    await expect(message(phone, town.name, "请督促")).toHaveCount(0);
  });
  await test.step("a day after it the town hears of it as well", async () => {
    instance.noonOf(today(DUE + 1));
    await expect(message(phone, clerk.name, `已过${month}月${day}日的期限，请尽快提交`)).toContainText("已送达", SOON);
    await expect(message(phone, town.name, "逾期未交")).toContainText("已送达", SOON);
    await expect(message(phone, county.name, "逾期未交")).toHaveCount(0);
  });
  await test.step("on the third day the county", async () => {
    instance.noonOf(today(DUE + 3));
    await expect(message(phone, county.name, "逾期未交")).toContainText("已送达", SOON);
  });
  await test.step("the officer sees which days were told, and which passed", async () => {
    const page = await people.pageAs("provinceOfficer");
    await page.goto(`/tasks/${task}?view=log`);
    const days = page.getByRole("region", { name: "自动提醒" }).last();
    await expect(days.getByRole("row", { name: /^截止前 3 天/ })).toContainText("已提醒");
    await expect(days.getByRole("row", { name: /^截止前 1 天/ })).toContainText("已错过");
    await expect(days.getByRole("row", { name: /^逾期 1 天/ })).toContainText("已提醒");
    await expect(days.getByRole("row", { name: /^逾期 3 天/ })).toContainText("、市县审核员");
    await people.audit(page);
    await page.getByRole("button", { name: "进度", exact: true }).click();
    await expect(page.getByRole("row", { name: /什寒村委会/ })).toContainText("逾期");
    await people.audit(page);
  });
});
