//! Every type on the wire and its checks; no I/O; compiles to WebAssembly.
//!
//! Who does what: the server answers with these types, the browser and every client read them,
//! and both run the same checks on what a person typed before it counts.
//!
//! # Glossary
//!
//! | 中文 | English | meaning |
//! |---|---|---|
//! | 单位 | unit | a node of the province's working tree: province, county, town, village |
//! | 单位树 | tree | names, codes and parents of units as they hold from one date to another |
//! | 账号 | account | a person who can sign in |
//! | 角色 | role | a named set of permissions |
//! | 权限 | permission | one act that somebody may be allowed to do |
//! | 授权 | grant | a role given to an account at a unit |
//! | 账号导入 | account import | a sheet of accounts: checked row by row, then taken |
//! | 激活 | activate | a person sets the first password by a one-time link |
//! | 待确认授权 | grant proposal | a role that a sheet proposes; it gives nothing before it is confirmed |
//! | 辖区 | scope | the units that a caller may see for a permission |
//! | 委托 | delegation | an account's daily work is another's to do, from one day to another |
//! | 会话 | session | one sign-in of an account on one device |
//! | 审计 | audit | the trail of who did what, which nobody can change |
//! | 报表（表式） | form | a table with typed cells, rules and roll-up |
//! | 表式草稿 | draft | a form that is being designed; nobody fills it before it is published |
//! | 发布 | publish | to make a version of a form out of a draft; it never changes again |
//! | 指标 | item | what a cell asks for, by its words and unit |
//! | 重复采集 | overlap | an item that two forms ask for |
//! | 任务 | task | forms issued in one batch for a period |
//! | 填报 | report | one unit's filled form within a task |
//! | 期别 | period | the month that a report speaks of |
//! | 下发 | issue | to create a task and its expected reports |
//! | 催报 | dun | an officer asks those who owe for their reports |
//! | 提醒 | remind | the platform asks them, by the calendar of the deadline |
//! | 调整 | amend | change a running task: deadline, units, a corrected form |
//! | 计划 | schedule | forms that are issued again each month, quarter or year |
//! | 考核通报 | discipline | units ranked by lateness, returns and mended cells |
//! | 填报员 | clerk | fills and submits reports |
//! | 审核员 | reviewer | approves or returns reports |
//! | 业务主管 | officer | issues tasks, reads totals, exports |
//! | 提交 / 撤回 | submit / withdraw | hand a report over; take it back before anybody reviewed it |
//! | 通过 / 退回 | approve / return | a reviewer's two answers |
//! | 审核链 | chain | the levels that review, lowest first |
//! | 地图 | map | shapes of units, coloured by what a board counts; shown under its 审图号 (approval) |
//! | 汇总 | totals | what the leaves of a subtree add up to |
//! | 进度 | board | who has submitted, by unit |
//! | 多村填报 | fill many | a town's clerk fills one form for all villages side by side |
//! | 预填 | prefill | what the last period suggests for a cell, until a person answers |
//! | 批注 / 待跟进 | comment / flag | what filler and reviewer say of one cell; that somebody follows it up |
//! | 零报告 | zero report | nothing happened: required numbers that are blank become zero |
//! | 不适用 | not applicable | a cell that by nature has no value; neither blank nor zero |
//! | 导出 | export | spreadsheets of many reports in one file, made while one waits |
//! | 待办 | todo | what waits for the caller |
//! | 通知 | notice | an in-app line addressed to one account |
//! | 短信、邮件 | message | one text to one phone, or one mail to one address |
//! | 确认邮箱 | confirm an address | its owner opens the link that was sent there; before that nothing else is |
//! | 通道 | gateway | what carries messages |
//! | 回执 | receipt | the carrier's word on a message |
//! | 户 / 人 | household / person | who is registered; a person belongs to one household at a time |
//! | 户主 | head | the member by whom a household goes; the others are something to him or her |
//! | 与户主关系 | relation | what a member is to the head |
//! | 指标项 | field | one attribute of a household or person, declared by the province |
//! | 信息采集目录 | catalogue | all fields, code lists, tables and income items of the province |
//! | 代码表 | dictionary | codes and what they say, by source and year |
//! | 待对照代码 | code gap | a code that came in and that no dictionary knew |
//! | 收支台账 | ledger | a household's income and expense of a year, item by item |
//! | 收入标准线 | income line | net income per capita that a year is measured by |
//! | 信息变更 | change | what somebody wants changed of a household, applied at once or after review |
//! | 数据来源 / 核实 | origin / verify | the act by which a value came in; that somebody says it is so |
//! | 查看明文 | reveal | to see one number in clear, for a stated purpose |
//! | 疑似重复 | duplicate | two records that may be of one human being |
//! | 查看留痕 | sighting | the trace that somebody saw a household or person |

pub mod access;
pub mod account_imports;
pub mod audit;
pub mod delegations;
pub mod email;
pub mod grant_proposals;
mod id_number;
mod ids;
pub mod insight;
pub mod map;
pub mod notify;
mod page;
mod period;
mod phone;
mod problem;
pub mod registry;
pub mod reporting;
pub mod setup;
pub mod units;

pub use email::{Email, mask_email};
pub use id_number::{IdKind, IdNumber, NotAnId, Sex, check_of, mask_id_number};
pub use ids::{
    AccountId, AccountImportId, AttachmentId, AuditId, CodeGapId, DelegationId, DraftId, DuplicateId, ExportId, FormId,
    GrantId, GrantProposalId, HouseholdChangeId, HouseholdId, MessageId, NoticeId, PersonId, RegistryImportId,
    ReportId, ScheduleId, SessionId, TaskId, UnitId,
};
pub use page::{Cursor, Page};
pub use period::Period;
pub use phone::{Phone, mask_phone};
pub use problem::{Fault, Faults, Problem};
pub use registry::Secret;

pub use fupin_form as form;
