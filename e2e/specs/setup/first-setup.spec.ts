// The first set-up of a real instance: a one-time link, three administrators, nothing of a demonstration.

import { expect, test } from "../../fixtures";

test.use({ serve: [] });

const ADMINISTRATORS = [
  { role: "系统管理员", username: "chen.xi", name: "陈曦", password: "Xitong2026guan", place: "账号" },
  { role: "安全管理员", username: "wu.an", name: "吴安", password: "Anquan2026guan", place: "角色权限" },
  { role: "审计管理员", username: "zheng.ji", name: "郑稽", password: "Shenji2026guan", place: "审计" },
];

test("a real instance is set up by whoever holds the link that it printed", async ({ instance, people }) => {
  const link = /https?:\/\/\S+\/setup#\S+/.exec(instance.output())?.[0] ?? "";
  expect(link).toContain(instance.address);
  const before = await people.stranger();
  await before.goto("/sign-in");
  await expect(before.getByText("系统还没有完成首次设置")).toBeVisible();
  await people.audit(before);

  const page = await people.stranger();
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1, name: "首次设置" })).toBeVisible();
  await expect(page.getByText(/19 个市县、243 个乡镇、3,296 个村/)).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "开始使用" }).click();
  await expect(page.getByRole("alert")).toHaveText(/请填写三位管理员|请选择省份/);
  await page.getByRole("radio", { name: /海南/ }).check();
  for (const { role, username, name } of ADMINISTRATORS) {
    const group = page.getByRole("group", { name: role });
    await group.getByLabel("用户名").fill(username);
    await group.getByLabel("姓名").fill(name);
  }
  await page.getByLabel(/演练通道/).check();
  await page.getByRole("button", { name: "开始使用" }).click();
  await expect(page.getByText("设置完成")).toBeVisible({ timeout: 30_000 });
  await people.audit(page);

  const links = await page.getByText("/activate#").allInnerTexts();
  expect(links).toHaveLength(3);
  for (const [at, { role, username, name, password, place }] of ADMINISTRATORS.entries()) {
    const person = await people.stranger();
    await person.goto(links[at] ?? "");
    await expect(person.getByText(`为 ${name}（${username}）设置密码`)).toBeVisible();
    await people.audit(person);
    await person.getByLabel("新密码", { exact: true }).fill(password);
    await person.getByLabel("再输一遍新密码").fill(password);
    await person.getByRole("button", { name: "设置密码" }).click();
    await expect(person.getByText("密码已设置")).toBeVisible();
    await person.goto("/sign-in");
    await people.signIn(person, { username, password });
    await expect(person.getByText(`${name}，您好`)).toBeVisible();
    await expect(person.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: place })).toBeVisible();
    await people.audit(person);
    await person.getByLabel("我的账号菜单").click();
    await expect(person.getByText(`${role} · 海南省`)).toBeVisible();
  }

  const after = await people.stranger();
  await after.goto("/sign-in");
  await expect(after.getByRole("heading", { level: 1, name: "登录" })).toBeVisible();
  await expect(after.getByText("演示")).toHaveCount(0);
  await people.audit(after);
  await after.goto("/sandbox");
  people.expectRefusal(after, /^\/api\/sandbox\/messages$/, 401);
  await expect(after.getByText("请先登录。")).toBeVisible();
  await people.audit(after);
  people.expectRefusal(after, /^\/api\/setup\/choices$/, 409);
  await after.goto(link);
  await expect(after.getByText("链接已经用过或过期")).toBeVisible();
  await people.audit(after);
});
