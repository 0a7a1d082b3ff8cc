// A town's clerk fills one form for all villages on one screen: by blocks from a spreadsheet, and submits them together.

import { type Page, expect, test } from "../../fixtures";
import { SHIHAN, TITLE, issue, reportOf, submit } from "../../fixtures/safeguards";

const TOWN = "红毛镇";

/** What Excel leaves on the clipboard, put in where the cursor stands. */
async function paste(page: Page, rows: string[][]): Promise<void> {
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, rows.map((row) => row.join("\t")).join("\r\n"));
}

test("a town's clerk pastes a block, mends what is wrong and submits all villages", async ({ instance, people }) => {
  test.setTimeout(180_000);
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, TOWN);
  const own = await instance.caller(instance.account("villageClerk"));
  await submit(own, await reportOf(own, task, "什寒村委会"), SHIHAN);

  const page = await people.pageAs("townClerk");
  await page.goto(`/tasks/${task}`);
  await expect(page.getByRole("link", { name: "多村填报" })).toBeVisible();
  await people.audit(page);
  await page.getByRole("link", { name: "多村填报" }).click();
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  const lines = page.getByRole("row").filter({ has: page.getByRole("rowheader") });
  const villages = await lines.getByRole("rowheader").allInnerTexts();
  expect(villages.length).toBeGreaterThan(3);
  const closed = villages.indexOf("什寒村委会");
  await expect(lines.nth(closed)).toContainText("正在乡镇审核，不能改");
  await expect(lines.nth(closed).getByRole("textbox")).toHaveCount(0);
  await people.audit(page);

  const first = villages.find((_, at) => at !== closed) ?? "";
  const at = (village: string, column: string) => page.getByLabel(`${village}，${column}`, { exact: true });
  const part = page.getByLabel("填哪一部分");
  const parts = await part.locator("option").allInnerTexts();
  expect(parts.length).toBe(6);
  // Five printed rows, one after the other; full-width digits and thousands separators as people have them.
  for (let number = 0; number < 5; number++) {
    await expect(part).toHaveValue(String(number));
    await page.getByRole("textbox").first().focus();
    const wrong = number === 0 ? "七户多" : "0";
    const block = villages.map((village, row) => (village === first ? ["１２０", wrong, "0", number === 0 ? "1" : "0"] : ["1,200", row % 2 === 0 ? "0" : "不适用", "", "0"]));
    await paste(page, villages[0] === "什寒村委会" ? block.slice(1) : block);
    await expect(page.getByText(/^已粘贴 \d+ 格$/).last()).toBeVisible();
    await expect(at(first, "排查户数")).toHaveValue("120");
    await page.getByRole("button", { name: "下一部分" }).click();
  }
  await expect(part).toHaveValue("5");
  await page.getByRole("textbox").first().focus();
  const answers = ["2026-11-20", "both", "0.00", "王秀英", "下月上旬检修管网。"];
  await paste(page, villages.slice(villages[0] === "什寒村委会" ? 1 : 0).map(() => answers));
  await expect(at(first, "排查完成日期")).toHaveValue("2026-11-20");
  await people.audit(page);

  // The one that cannot be read leads back to its part of the form.
  await page.getByRole("button", { name: "下一处错误" }).click();
  await expect(part).toHaveValue("0");
  await expect(at(first, "存在问题户数 / 上月结转")).toBeFocused();
  await expect(page.getByText("不是数字", { exact: false }).first()).toBeVisible();
  await page.keyboard.type("7");
  await page.keyboard.press("Enter");
  // What was left empty in the block is still to be filled, village by village.
  const fill = page.getByRole("button", { name: "下一处错误" });
  for (let number = 0; number < 5; number++) {
    await part.selectOption(String(number));
    await at(first, "存在问题户数 / 本月新发现").focus();
    await paste(page, villages.slice(villages.indexOf(first)).map(() => ["0", ""]));
    await expect(at(villages.at(-1) === "什寒村委会" ? first : (villages.at(-1) ?? first), "存在问题户数 / 本月新发现")).toHaveValue("0");
  }
  await fill.click();
  await expect(page.getByText("全部已保存")).toBeVisible();

  // Somebody else changes one of them in the last moment: it is left, and says why; the others are through.
  const open = villages.length - 1;
  const button = page.getByRole("button", { name: `提交填完的 ${open} 个村` });
  await expect(button).toBeEnabled();
  const caller = await instance.caller(instance.account("townClerk"));
  const changed = await reportOf(caller, task, first);
  await caller.patch(`/api/reports/${changed.id}/cells`, { cells: { "problems.food.visited": { cell: 121, base: changed.version } } });
  await button.click();
  await expect(page.getByText(`已提交 ${open - 1} 个村的报表`)).toBeVisible();
  const alert = page.getByRole("alert").filter({ hasText: "1 个村没有提交" });
  await expect(alert).toContainText(first);
  await people.audit(page);
  await page.reload();
  await part.selectOption("0");
  await expect(at(first, "排查户数")).toHaveValue("121");
  await page.getByRole("button", { name: `提交${first}的报表` }).click();
  await expect(page.getByText("已提交 1 个村的报表")).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveCount(0);
  const { version } = await reportOf(caller, task, first);
  await expect(caller.post(`/api/reports/${changed.id}/approval`, { version })).rejects.toThrow("access.forbidden");
});
