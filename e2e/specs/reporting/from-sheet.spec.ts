// A province officer makes a form from the ministry's own workbook: sees what was recognised, and goes on in the designer.

import { strToU8, zipSync } from "fflate";
import { expect, test } from "../../fixtures";

const KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";

function text(address: string, words: string, style = 0): string {
  return `<c r="${address}" s="${style}" t="inlineStr"><is><t>${words}</t></is></c>`;
}

/** An empty form with a merged head, two rows and their sum, as a spreadsheet program writes it. */
function ministrySheet(): Buffer {
  const empty = (address: string): string => `<c r="${address}" s="1"/>`;
  const rows = [
    text("A1", "防汛救灾情况月报"),
    text("A2", "表号：琼应急月07表　　单位：户、人"),
    `${text("A3", "地区类别", 1)}${text("B3", "受灾情况", 1)}<c r="C3" s="1"/>`,
    `<c r="A4" s="1"/>${text("B4", "户数（户）", 1)}${text("C4", "人数（人）", 1)}`,
    `${text("A5", "沿海村", 1)}${empty("B5")}${empty("C5")}`,
    `${text("A6", "山区村", 1)}${empty("B6")}${empty("C6")}`,
    `${text("A7", "合计", 1)}<c r="B7" s="1"><f>SUM(B5:B6)</f></c><c r="C7" s="1"><f>SUM(C5:C6)</f></c>`,
    text("A9", "单位负责人："),
  ];
  const lines = rows.map((cells, at) => `<row r="${at < 7 ? at + 1 : 9}">${cells}</row>`).join("");
  const merges = ["A3:A4", "B3:C3"].map((ref) => `<mergeCell ref="${ref}"/>`).join("");
  const border = "<left style='thin'/><right style='thin'/><top style='thin'/><bottom style='thin'/>";
  const files: Record<string, string> = {
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>`,
    "_rels/.rels": `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${KIND}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `<workbook xmlns="${MAIN}" xmlns:r="${KIND}"><sheets><sheet name="月报" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${KIND}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${KIND}/styles" Target="styles.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet xmlns="${MAIN}"><fonts><font/></fonts><fills><fill/><fill/></fills><borders><border/><border>${border}</border></borders><cellXfs><xf/><xf borderId="1"/></cellXfs></styleSheet>`,
    "xl/worksheets/sheet1.xml": `<worksheet xmlns="${MAIN}"><cols><col min="1" max="1" width="20.7109375" customWidth="1"/></cols><sheetData>${lines}</sheetData><mergeCells>${merges}</mergeCells></worksheet>`,
  };
  const packed = Object.entries(files).map(([name, content]): [string, Uint8Array] => [name, strToU8(content)]);
  return Buffer.from(zipSync(Object.fromEntries(packed)));
}

test("a form is made from the ministry's workbook, looked at, and published with its layout", async ({ people }) => {
  const page = await people.pageAs("provinceOfficer");
  await page.goto("/forms");
  await page.getByRole("button", { name: "从 Excel 生成" }).click();
  const dialog = page.getByRole("dialog", { name: "从 Excel 生成" });
  await expect(dialog.getByRole("button", { name: "作为草稿继续设计" })).toBeDisabled();
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  const chooser = dialog.locator("input[type=file]");
  people.expectRefusal(page, /\/form-sheets$/, 422);
  await chooser.setInputFiles({ name: "坏表.xlsx", mimeType: type, buffer: Buffer.from("单位,户数\r\n甲村,3\r\n") });
  await expect(dialog.getByText("「坏表.xlsx」不能用")).toBeVisible();

  await chooser.setInputFiles({ name: "防汛月报.xlsx", mimeType: type, buffer: ministrySheet() });
  await expect(dialog.getByText("识别出 4 个填报格、2 个自动计算格")).toBeVisible();
  await expect(dialog.getByText(/A9「单位负责人：」：没有作为表式内容/)).toBeVisible();
  await expect(dialog.getByText("防汛救灾情况月报").first()).toBeVisible();
  await people.audit(page);
  await dialog.getByRole("button", { name: "作为草稿继续设计" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "防汛救灾情况月报" })).toBeVisible();
  await expect(page.getByText("导出和填报下载按工作表「月报」的原版式")).toBeVisible();
  await expect(page.getByText("没有问题，可以发布")).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "发布" }).click();
  const publishing = page.getByRole("dialog", { name: "发布表式" });
  await expect(publishing.getByText("导出和填报下载按工作表「月报」的原版式")).toBeVisible();
  await publishing.getByRole("button", { name: "发布" }).click();
  await expect(page.getByText("「防汛救灾情况月报」第 1 版已发布")).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "户数" })).toBeVisible();
  await people.audit(page);
});
