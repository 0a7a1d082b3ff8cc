// The three administrators: one makes accounts and keeps the tree, one grants, one reads the trail.

import { expect, test } from "../../fixtures";

const NEWCOMER = { username: "luojie-tian", name: "符小青", phone: "13800001234", password: "Wanquan2026he" };

test("a newcomer is made by one administrator, empowered by another, and sees what is allowed", async ({ people }) => {
  const system = await people.pageAs("systemAdmin");
  const navigation = system.getByRole("navigation", { name: "主导航" });
  await navigation.getByRole("link", { name: "账号" }).click();
  await people.audit(system);
  await system.getByRole("button", { name: "新建账号" }).click();
  const dialog = system.getByRole("dialog", { name: "新建账号" });
  await dialog.getByLabel("用户名").fill(NEWCOMER.username);
  await dialog.getByLabel("姓名").fill(NEWCOMER.name);
  await dialog.getByLabel("手机号").fill("123");
  await dialog.getByRole("button", { name: "新建账号" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("手机号应为 11 位数字，以 1 开头。");
  await dialog.getByLabel("手机号").fill(NEWCOMER.phone);
  await dialog.getByLabel("所属单位").click();
  await dialog.getByLabel("按名称或代码查找单位").fill("罗解");
  await dialog.getByRole("button", { name: /^罗解村委会/ }).click();
  await people.audit(system);
  await dialog.getByRole("button", { name: "新建账号" }).click();
  const created = system.getByRole("dialog", { name: "账号已建立" });
  await people.audit(system);
  const link = (await created.getByText("/activate#").innerText()).trim();
  await created.getByRole("button", { name: "已记下" }).click();
  await system.getByLabel("姓名或用户名").fill(NEWCOMER.username);
  await expect(system.getByRole("row", { name: new RegExp(NEWCOMER.name) })).toContainText("待激活");

  const newcomer = await people.stranger();
  await newcomer.goto(link);
  await expect(newcomer.getByText(new RegExp(`为 ${NEWCOMER.name}（${NEWCOMER.username}）设置密码`))).toBeVisible();
  await people.audit(newcomer);
  await newcomer.getByLabel("新密码", { exact: true }).fill(NEWCOMER.password);
  await newcomer.getByLabel("再输一遍新密码").fill(NEWCOMER.password);
  await newcomer.getByRole("button", { name: "设置密码" }).click();
  await expect(newcomer.getByText("密码已设置，现在可以登录。")).toBeVisible();
  people.expectRefusal(newcomer, /^\/api\/links\/check$/, 404);
  people.expectRefusal(newcomer, /^\/api\/links\/check$/, 410);
  await newcomer.getByRole("link", { name: "去登录" }).click();
  await people.signIn(newcomer, NEWCOMER);
  const places = newcomer.getByRole("navigation", { name: "主导航" }).getByRole("link");
  await expect(places).toHaveText(["精准扶贫平台", "我的待办", "演练短信"]);

  const security = await people.pageAs("securityAdmin");
  await security.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "账号" }).click();
  await security.getByLabel("姓名或用户名").fill(NEWCOMER.username);
  await security.getByRole("link", { name: NEWCOMER.name }).click();
  await expect(security.getByText("还没有任何角色")).toBeVisible();
  await people.audit(security);
  await security.getByLabel("角色", { exact: true }).selectOption({ label: "填报员" });
  await security.getByRole("button", { name: "授予角色" }).click();
  await expect(security.getByText("已授予角色")).toBeVisible();
  await expect(security.getByRole("region", { name: "角色与单位" })).toContainText("填报员 · 罗解村委会");
  await security.goto("/accounts");
  await people.audit(security);

  await newcomer.reload();
  await expect(places).toHaveText(["精准扶贫平台", "我的待办", "报表", "任务与进度", "考核通报", "分月趋势", "表式", "家庭", "查人", "变更审核", "疑似重复", "收入标准线", "单位", "演练短信"]);
  await people.audit(newcomer);
  await newcomer.goto("/units");
  await expect(newcomer.getByRole("row")).toHaveText([/名称/, /罗解村委会/]);
  await people.audit(newcomer);
  people.expectRefusal(newcomer, /^\/api\/(accounts|audit)$/, 403);
  for (const closed of ["/accounts", "/audit"]) {
    await newcomer.goto(closed);
    await expect(newcomer.getByText("您的角色不能做这件事，请联系安全管理员。")).toBeVisible();
    await people.audit(newcomer);
  }
});

test("nobody grants to oneself", async ({ people }) => {
  const page = await people.pageAs("securityAdmin");
  await page.goto("/accounts");
  await page.getByLabel("姓名或用户名").fill("anquan");
  await people.audit(page);
  await page.getByRole("link", { name: "吴安然" }).click();
  await expect(page.getByText("不能给自己授权。")).toBeVisible();
  await expect(page.getByRole("button", { name: "授予角色" })).toHaveCount(0);
  await people.audit(page);
  await page.goto("/roles");
  await expect(page.getByRole("row", { name: /查看审计/ }).getByText("可以")).toHaveCount(1);
  await people.audit(page);
});

test("the audit administrator reads the trail and proves that it is whole", async ({ instance, people }) => {
  const clerk = await people.pageAs("villageClerk");
  await expect(clerk.getByText("王阿梅，您好")).toBeVisible();
  const page = await people.pageAs("auditAdmin");
  await expect(page.getByRole("navigation", { name: "主导航" }).getByRole("link")).toHaveText(["精准扶贫平台", "我的待办", "查看留痕", "审计", "演练短信"]);
  await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "审计" }).click();
  await expect(page.getByRole("row").filter({ hasText: instance.account("villageClerk").username }).first()).toContainText("完成");
  await page.getByRole("button", { name: "核验完整性" }).click();
  await expect(page.getByText(/核验通过：\d+ 条记录/)).toBeVisible();
  await people.audit(page);
});

test("a renaming is looked at before it is done, and the old name stays in the past", async ({ people }) => {
  const page = await people.pageAs("systemAdmin");
  await page.goto("/units");
  await page.getByLabel("按名称或代码查找单位").fill("什寒");
  await people.audit(page);
  await page.getByRole("button", { name: "什寒村委会" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "什寒村委会" })).toBeVisible();
  await page.getByRole("button", { name: "更名" }).click();
  const dialog = page.getByRole("dialog", { name: "更名" });
  await dialog.getByLabel("名称").fill("什寒黎苗村委会");
  await dialog.getByRole("button", { name: "先看影响" }).click();
  await expect(dialog.getByText("新增 0，更名 1，划转 0，撤销 0")).toBeVisible();
  await expect(dialog.getByRole("row", { name: /更名/ })).toContainText("什寒黎苗村委会");
  await people.audit(page);
  await dialog.getByRole("button", { name: "取消" }).click();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "什寒村委会" })).toBeVisible();

  await page.getByRole("button", { name: "更名" }).click();
  await dialog.getByLabel("名称").fill("什寒黎苗村委会");
  await dialog.getByRole("button", { name: "先看影响" }).click();
  await dialog.getByRole("button", { name: "确认变更" }).click();
  await expect(page.getByText("已变更")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "什寒黎苗村委会" })).toBeVisible();
  await expect(page.getByRole("region", { name: "沿革" }).getByRole("listitem")).toContainText([/什寒黎苗村委会/, /什寒村委会/]);
  await people.audit(page);
});
