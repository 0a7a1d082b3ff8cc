// A clerk lays a page of the ledger beside a cell; the town sees which cell has files, reads them and adds its own.

import { readFileSync } from "node:fs";
import { strToU8, zipSync } from "fflate";
import { type Page, expect, test } from "../../fixtures";
import { COLUMNS, ROWS, SHIHAN, TITLE, cell, issue, reportOf, submit } from "../../fixtures/safeguards";

/** A picture of one dot, with what a phone says beside it. */
const photo = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 16]),
  Buffer.from("Exif\0\0GPS 19N."),
  Buffer.from([0xff, 0xdb, 0, 6]),
  Buffer.from("tabl"),
  Buffer.from([0xff, 0xda, 0, 2]),
  Buffer.from("dot"),
  Buffer.from([0xff, 0xd9]),
]);
const pdf = (bytes: number) => Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(bytes - 9, "x")]);
const withMacros = Buffer.from(zipSync({ "xl/workbook.xml": strToU8("<a/>"), "xl/vbaProject.bin": strToU8("x") }));

function panel(page: Page) {
  return page.getByRole("region", { name: "批注" });
}

interface Chosen {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

async function choose(page: Page, button: string, ...files: Chosen[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await panel(page).getByText(button).click();
  await (await chooser).setFiles(files);
}

const file = (name: string, buffer: Buffer): Chosen => ({ name, mimeType: "application/octet-stream", buffer });

test("a page of the ledger is laid beside a cell, read by the town and taken away again", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const clerk = await instance.caller(instance.account("villageClerk"));
  const { id, version } = await reportOf(clerk, await issue(officer, "红毛镇"), "什寒村委会");

  const filler = await people.pageAs("villageClerk");
  await filler.goto(`/reports/${id}`);
  await expect(filler.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  await choose(filler, "为整张报表添加附件", file("排查会议记录.pdf", pdf(1_258_291)));
  await expect(panel(filler).getByRole("button", { name: "排查会议记录.pdf", exact: true })).toBeVisible();
  await expect(panel(filler).getByText("1.2 MB")).toBeVisible();

  await cell(filler, ROWS.water, COLUMNS[2]).focus();
  people.expectRefusal(filler, /\/attachments$/, 422);
  await choose(filler, "为本格添加附件", file("饮水台账 第3页.jpg", photo), file("名册.xlsx", withMacros), file("照片.heic", photo), file("大.pdf", pdf(11 * 1024 * 1024)));
  await expect(panel(filler).getByRole("button", { name: "饮水台账 第3页.jpg", exact: true })).toBeVisible();
  await expect(panel(filler).getByText("文件含宏，不能上传。")).toBeVisible();
  await expect(panel(filler).getByText("不收这种文件。")).toBeVisible();
  await expect(panel(filler).getByText("文件超过 10 MB")).toBeVisible();
  await expect(filler.getByRole("img", { name: "有 1 个附件" })).toBeVisible();
  await people.audit(filler);
  for (let left = 3; left > 0; left--) await panel(filler).getByRole("button", { name: "不传了" }).first().click();
  await expect(panel(filler).getByRole("alert")).toHaveCount(0);
  await submit(clerk, { id, version, unit: { id: 0, name: "" } }, SHIHAN);

  const reviewer = await people.pageAs("townReviewer");
  await reviewer.goto(`/reports/${id}`);
  await expect(reviewer.getByRole("img", { name: "有 1 个附件" })).toBeVisible();
  await panel(reviewer).getByRole("button", { name: new RegExp(ROWS.water) }).click();
  const download = reviewer.waitForEvent("download");
  await panel(reviewer).getByRole("button", { name: "饮水台账 第3页.jpg", exact: true }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe("饮水台账 第3页.jpg");
  const bytes = readFileSync(await saved.path());
  expect(bytes.includes("dot")).toBe(true);
  expect(bytes.includes("GPS"), "the place is taken out").toBe(false);
  await expect(panel(reviewer).getByRole("button", { name: /^删除/ }), "it is the clerk's").toHaveCount(0);
  await choose(reviewer, "为本格添加附件", file("核对单.pdf", pdf(57_344)));
  await expect(panel(reviewer).getByText("56 KB")).toBeVisible();
  await expect(reviewer.getByRole("img", { name: "有 2 个附件" })).toBeVisible();
  // In the history of the cell and of the report.
  await expect(reviewer.getByRole("region", { name: "这一格的经过" }).getByText("核对单.pdf")).toBeVisible();
  await expect(reviewer.getByRole("region", { name: "办理经过" }).getByText("排查会议记录.pdf")).toBeVisible();
  await people.audit(reviewer);
  await reviewer.getByRole("button", { name: "退回", exact: true }).click();
  const dialog = reviewer.getByRole("dialog");
  await dialog.getByRole("textbox").first().fill("饮水台账请重新拍照");
  await dialog.getByRole("button", { name: "退回", exact: true }).click();

  await filler.goto(`/reports/${id}`);
  await cell(filler, ROWS.water, COLUMNS[2]).focus();
  await panel(filler).getByRole("button", { name: "删除「饮水台账 第3页.jpg」" }).click();
  const remove = filler.getByRole("dialog", { name: "删除附件" });
  await people.audit(filler);
  await remove.getByRole("button", { name: "删除", exact: true }).click();
  await expect(panel(filler).getByRole("button", { name: "饮水台账 第3页.jpg", exact: true })).toHaveCount(0);
  await expect(filler.getByRole("region", { name: "这一格的经过" }).getByText("删除附件")).toBeVisible();
  await people.audit(filler);
});
