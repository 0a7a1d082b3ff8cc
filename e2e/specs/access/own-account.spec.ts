// One's own account: signing in, the password, the devices on which one is signed in.

import { expect, test } from "../../fixtures";

const NEW_PASSWORD = "Chunfeng2026hua";

test("a wrong password is refused in a sentence that does not tell which half was wrong", async ({ instance, people }) => {
  const page = await people.stranger();
  people.expectRefusal(page, /^\/api\/session$/, 401);
  await page.goto("/");
  const { username } = instance.account("villageClerk");
  await people.signIn(page, { username, password: "Wrong2026password" });
  const refusal = page.getByRole("alert");
  await expect(refusal).toHaveText("用户名或密码不对；连续输错会锁定账号。");
  await people.audit(page);
  await people.signIn(page, { username: "nobody", password: "Wrong2026password" });
  await expect(refusal).toHaveText("用户名或密码不对；连续输错会锁定账号。");
  await people.signIn(page, { username: "", password: "" });
  await expect(refusal).toHaveText("请输入用户名和密码。");
  await people.signIn(page, instance.account("villageClerk"));
  await expect(page.getByRole("heading", { level: 1, name: "我的待办" })).toBeVisible();
  await people.audit(page);
});

test("the demonstration's accounts can be picked with one click, and signed out of", async ({ people }) => {
  const page = await people.stranger();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /业务主管 · 符明月/ }).click();
  await people.audit(page);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(page.getByText("符明月，您好")).toBeVisible();
  await people.audit(page);
  await page.getByLabel("我的账号菜单").click();
  await page.getByRole("button", { name: "退出登录" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "登录" })).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "登录" })).toBeVisible();
  await people.audit(page);
  const kept = await page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }, document.cookie]);
  expect(kept).toEqual([{ "fupin.language": "zh-CN" }, {}, ""]);
});

test("a new password ends every other session, and the old one opens nothing", async ({ instance, people }) => {
  const account = instance.account("villageClerk");
  const page = await people.pageAs("villageClerk");
  const elsewhere = await people.pageAs("villageClerk");
  await page.getByLabel("我的账号菜单").click();
  await page.getByRole("link", { name: "我的账号" }).click();
  const form = page.getByRole("region", { name: "修改密码" });
  await form.getByLabel("当前密码").fill("Wrong2026password");
  await form.getByLabel("新密码", { exact: true }).fill("short");
  await form.getByLabel("再输一遍新密码").fill("short");
  await form.getByRole("button", { name: "修改密码" }).click();
  await expect(form.getByText(/密码至少 \d+ 个字符。/)).toBeVisible();
  await people.audit(page);
  await form.getByLabel("新密码", { exact: true }).fill(NEW_PASSWORD);
  await form.getByLabel("再输一遍新密码").fill(NEW_PASSWORD);
  people.expectRefusal(page, /^\/api\/session\/password$/, 409);
  await form.getByRole("button", { name: "修改密码" }).click();
  await expect(form.getByText("当前密码不对。").first()).toBeVisible();
  await form.getByLabel("当前密码").fill(account.password);
  await form.getByRole("button", { name: "修改密码" }).click();
  await expect(page.getByText("密码已修改，其他设备上的登录已退出")).toBeVisible();

  people.expectRefusal(elsewhere, /^\/api\//, 401);
  await elsewhere.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "报表" }).click();
  await expect(elsewhere.getByRole("heading", { level: 1, name: "登录" })).toBeVisible();
  await people.signIn(elsewhere, account);
  await expect(elsewhere.getByRole("alert")).toHaveText("用户名或密码不对；连续输错会锁定账号。");
  await people.signIn(elsewhere, { username: account.username, password: NEW_PASSWORD });
  await expect(elsewhere.getByRole("heading", { level: 1, name: "报表" })).toBeVisible();
  await people.audit(elsewhere);
});

test("a device that was forgotten somewhere can be signed out from here", async ({ people }) => {
  const page = await people.pageAs("countyLeader");
  const forgotten = await people.pageAs("countyLeader");
  await page.goto("/me");
  const sessions = page.getByRole("region", { name: "登录中的设备" });
  await expect(sessions.getByRole("row").filter({ hasText: "本机" })).toHaveCount(1);
  await people.audit(page);
  await sessions.getByRole("button", { name: "退出这台" }).click();
  await expect(page.getByText("已退出那台设备")).toBeVisible();
  await expect(sessions.getByRole("button", { name: "退出这台" })).toHaveCount(0);
  people.expectRefusal(forgotten, /^\/api\//, 401);
  await forgotten.reload();
  await expect(forgotten.getByRole("heading", { level: 1, name: "登录" })).toBeVisible();
});
