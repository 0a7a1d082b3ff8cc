// Mail as the second way to be told: the administrator sets up a server, a clerk keeps and confirms an address, chooses
// what comes there, and gets a returned report by mail alone.

import { expect, test } from "../../fixtures";
import { Mailbox, linkOf } from "../../fixtures/mailbox";
import { SHIHAN, TITLE, issue, reportOf, submit } from "../../fixtures/safeguards";

const ADDRESS = "wang.amei@example.cn";

test("a clerk confirms an address by the mailed link and is told there of what was returned", async ({ instance, people }) => {
  const mailbox = await Mailbox.open();
  try {
    const admin = await people.pageAs("systemAdmin");
    await admin.goto("/gateway");
    const section = admin.getByRole("region", { name: "邮件" });
    await section.getByLabel("服务器").fill("smtp.example.cn");
    await section.getByLabel("加密方式").selectOption({ label: "不加密（只能用于本机）" });
    await section.getByLabel("端口").fill(String(mailbox.port));
    await section.getByLabel("发件邮箱").fill("fupin@example.cn");
    await section.getByLabel("发件人名称").fill("海南扶贫");
    people.expectRefusal(admin, /^\/api\/mail-server$/, 422);
    await section.getByRole("button", { name: "保存邮件设置" }).click();
    await expect(section.getByText("不加密的连接只能用于本机，请选 TLS 或 STARTTLS。")).toBeVisible();
    await people.audit(admin);
    await section.getByLabel("服务器").fill("127.0.0.1");
    await section.getByRole("button", { name: "保存邮件设置" }).click();
    await section.getByRole("button", { name: "给自己发测试邮件" }).click();
    await expect(section.getByText("已连上并登录邮件服务器。您还没有确认自己的邮箱")).toBeVisible();
    await people.audit(admin);

    const account = instance.account("villageClerk");
    const page = await people.pageAs("villageClerk");
    await page.goto("/me");
    const email = page.getByRole("region", { name: "邮箱" });
    await expect(email.getByText("还没有登记邮箱。")).toBeVisible();
    await email.getByLabel("新的邮箱").fill("王阿梅@example.cn");
    await email.getByLabel("当前密码").fill(account.password);
    await email.getByRole("button", { name: "保存并发确认邮件" }).click();
    await expect(email.getByText("邮箱应写作“名称@域名”")).toBeVisible();
    await people.audit(page);
    await email.getByLabel("新的邮箱").fill(ADDRESS);
    await email.getByRole("button", { name: "保存并发确认邮件" }).click();
    await expect(email.getByText("现在是 w***@example.cn")).toBeVisible();
    await expect(email.getByText("待确认", { exact: true })).toBeVisible();
    await people.audit(page);

    const asked = await mailbox.mail(ADDRESS, "请确认您的邮箱");
    const reader = await people.stranger();
    await reader.goto(linkOf(asked));
    await people.audit(reader);
    await reader.getByRole("button", { name: "确认邮箱" }).click();
    await expect(reader.getByText("w***@example.cn 已确认")).toBeVisible();
    await people.audit(reader);
    await page.reload();
    await expect(email.getByText("已确认", { exact: true })).toBeVisible();

    const choices = page.getByRole("region", { name: "提醒方式" });
    const sms = choices.getByLabel("退回报表 · 短信");
    await choices.getByLabel("退回报表 · 邮件").uncheck();
    await sms.uncheck();
    await expect(choices.getByText("每个事项至少选一种方式。")).toBeVisible();
    await expect(choices.getByRole("button", { name: "保存" })).toBeDisabled();
    await people.audit(page);
    await choices.getByLabel("退回报表 · 邮件").check();
    await choices.getByRole("button", { name: "保存" }).click();
    await expect(page.getByText("已保存", { exact: true })).toBeVisible();
    await page.reload();
    await expect(sms).not.toBeChecked();

    const officer = await instance.caller(instance.account("provinceOfficer"));
    const clerk = await instance.caller(account);
    const reviewer = await instance.caller(instance.account("townReviewer"));
    const task = await issue(officer, "红毛镇");
    await mailbox.mail(ADDRESS, TITLE);
    const report = await reportOf(clerk, task, "什寒村委会");
    await submit(clerk, report, SHIHAN);
    const { version } = await reportOf(clerk, task, "什寒村委会");
    await reviewer.post(`/api/reports/${report.id}/return`, { version, reason: "某户的数不对，请核对。" });
    const returned = await mailbox.mail(ADDRESS, "被退回");
    expect(returned.text).not.toContain("某户");
    expect(returned.text).toContain("您收到这封邮件，是因为");
    expect(linkOf(returned)).toMatch(new RegExp(`/r/${report.id}$`));
    const browser = await people.stranger();
    await browser.goto(linkOf(returned));
    await people.signIn(browser, account);
    await expect(browser.getByRole("heading", { level: 1 })).toContainText(TITLE);
    await people.audit(browser);

    await admin.goto("/messages");
    await admin.getByLabel("渠道").selectOption("邮件");
    await expect(admin.getByRole("row").filter({ hasText: "被退回，请改正" })).toContainText("邮件服务器已接收（无回执）");
    await expect(admin.getByRole("row").filter({ hasText: "w***@example.cn" })).toHaveCount(3);
    await people.audit(admin);
    await admin.getByLabel("渠道").selectOption("短信");
    await expect(admin.getByRole("row").filter({ hasText: account.name }).filter({ hasText: "被退回" })).toHaveCount(0);
    await people.audit(admin);
    await admin.goto("/message-templates");
    await admin.getByRole("row").filter({ hasText: "被退回，请改正" }).getByRole("button", { name: "修改" }).first().click();
    const dialog = admin.getByRole("dialog", { name: "退回报表 · 邮件" });
    await expect(dialog.getByLabel("邮件标题")).toHaveValue("{{unit}}{{month}}月《{{form}}》被退回，请改正");
    await dialog.getByRole("button", { name: "预览" }).click();
    await expect(dialog.getByText("海南扶贫平台自动发出")).toBeVisible();
    await people.audit(admin);
  } finally {
    await mailbox.close();
  }
});
