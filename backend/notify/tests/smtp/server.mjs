// A mail server for tests, of the npm packages that e2e/ has: it takes what it is sent as any server does, keeps a book
// of it on its output, and does wrong what it is told to do wrong. It ends when its input does.
// Usage: node server.mjs '{"modules": "<folder of e2e>", …}'; the first line that it prints is {"port": …}.

import { createRequire } from "node:module";
import { join } from "node:path";

const told = JSON.parse(process.argv[2]);
const { security = "none", cert, key, user, password, methods = ["PLAIN", "LOGIN"], deeds = [], greeting = 0 } = told;
const from = createRequire(join(told.modules, "package.json"));
const { SMTPServer } = from("smtp-server");
const mime = from("libmime");

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const refusal = (responseCode, message) => Object.assign(new Error(message), { responseCode });

// What is done with each mail in turn; beyond the list all are taken.
let mails = 0;
const ofSession = new Map();
function deedOf(session) {
  if (!ofSession.has(session.id)) ofSession.set(session.id, deeds[mails++] ?? "take");
  return ofSession.get(session.id);
}

async function whole(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// As a reader sees it: headers decoded, the text out of its encoding.
function read(raw) {
  const text = raw.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  const lines = text.slice(0, end).replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), mime.decodeWords(line.slice(line.indexOf(":") + 1).trim())]),
  );
  const body = Buffer.from(text.slice(end + 4), "latin1");
  const coding = headers["content-transfer-encoding"] ?? "7bit";
  const decoded =
    coding === "base64" ? Buffer.from(body.toString("latin1"), "base64")
    : coding === "quoted-printable" ? unquote(body.toString("latin1"))
    : body;
  return { headers, names: lines.map((line) => line.slice(0, line.indexOf(":"))), text: decoded.toString("utf8").replaceAll("\r\n", "\n").trimEnd(), ascii: raw.every((byte) => byte < 128) };
}

function unquote(text) {
  const joined = text.replace(/=\r\n/g, "");
  return Buffer.from(joined.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), "latin1");
}

function socketOf(session) {
  return [...server.connections].find((connection) => connection.session.id === session.id)?._socket;
}

const server = new SMTPServer({
  secure: security === "tls",
  ...(cert ? { cert, key } : {}),
  authOptional: user === undefined,
  authMethods: methods,
  allowInsecureAuth: true,
  disabledCommands: [...(security === "starttls" ? [] : ["STARTTLS"]), ...(user === undefined ? ["AUTH"] : [])],
  disableReverseLookup: true,
  logger: false,
  onConnect: async (session, done) => {
    await wait(greeting);
    done();
  },
  onAuth: (auth, session, done) => {
    const right = auth.username === user && auth.password === password;
    say({ auth: { method: auth.method, right, secure: session.secure } });
    return right ? done(null, { user }) : done(refusal(535, "5.7.8 用户名或密码错误"));
  },
  onRcptTo: (address, session, done) => {
    const deed = deedOf(session);
    if (deed === "refuse") return done(refusal(550, "5.1.1 no such user here"));
    return done();
  },
  onData: async (stream, session, done) => {
    const deed = deedOf(session);
    const raw = await whole(stream);
    const takes = ["take", "drop", "late"].includes(deed);
    const { mailFrom, rcptTo } = session.envelope;
    if (takes) say({ mail: { from: mailFrom.address, to: rcptTo.map((rcpt) => rcpt.address), secure: session.secure, user: session.user, ...read(raw) } });
    else say({ turned_away: deed });
    if (deed === "drop") return socketOf(session).destroy();
    if (deed === "late") await wait(3_600_000);
    if (deed === "busy") return done(refusal(451, "4.7.1 greylisted, try again later"));
    if (deed === "spam") return done(refusal(554, "5.7.1 我们不收这样的邮件"));
    return done(null, "2.0.0 queued as 4F1A2B");
  },
});
// A connection that a test breaks is none of our business.
server.on("error", (error) => say({ broken: error.message }));
server.listen(0, "127.0.0.1", () => say({ port: server.server.address().port }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
