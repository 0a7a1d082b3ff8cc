//! Steering a running task, and letting tasks come again.

use fupin_contract::{
    Page, ScheduleId, TaskId,
    reporting::{
        ChangeUnits, CorrectForm, CreateSchedule, DunReports, Dunned, FormCorrected, PlannedIssue, Reminders, Schedule,
        ScheduleRule, SetDeadline, SetReminders, Task, TaskLog, UnitsChanged,
    },
};
use uuid::Uuid;

use crate::{Client, Request, Result, Transport};

impl<T: Transport> Client<T> {
    pub async fn dun_reports(&self, id: TaskId, act: &DunReports, key: Uuid) -> Result<Dunned> {
        self.call(Request::post(format!("/api/tasks/{id}/dunnings")).json(act)?.key(key)).await
    }

    pub async fn get_reminders(&self, id: TaskId) -> Result<Reminders> {
        self.call(Request::get(format!("/api/tasks/{id}/reminders"))).await
    }

    pub async fn set_reminders(&self, id: TaskId, act: &SetReminders) -> Result<Reminders> {
        self.call(Request::put(format!("/api/tasks/{id}/reminders")).json(act)?).await
    }

    pub async fn get_task_log(&self, id: TaskId) -> Result<TaskLog> {
        self.call(Request::get(format!("/api/tasks/{id}/log"))).await
    }

    pub async fn set_deadline(&self, id: TaskId, act: &SetDeadline, key: Uuid) -> Result<Task> {
        self.call(Request::put(format!("/api/tasks/{id}/deadline")).json(act)?.key(key)).await
    }

    pub async fn change_task_units(&self, id: TaskId, act: &ChangeUnits, key: Uuid) -> Result<UnitsChanged> {
        self.call(Request::post(format!("/api/tasks/{id}/units")).json(act)?.key(key)).await
    }

    pub async fn correct_task_form(&self, id: TaskId, act: &CorrectForm, key: Uuid) -> Result<FormCorrected> {
        self.call(Request::post(format!("/api/tasks/{id}/form-corrections")).json(act)?.key(key)).await
    }

    pub async fn list_schedules(&self) -> Result<Page<Schedule>> {
        self.call(Request::get("/api/schedules")).await
    }

    pub async fn create_schedule(&self, schedule: &CreateSchedule, key: Uuid) -> Result<Schedule> {
        self.call(Request::post("/api/schedules").json(schedule)?.key(key)).await
    }

    pub async fn preview_schedule(&self, rule: &ScheduleRule) -> Result<Page<PlannedIssue>> {
        self.call(Request::get("/api/schedule-preview").query(rule)?).await
    }

    pub async fn pause_schedule(&self, id: ScheduleId) -> Result<Schedule> {
        self.call(Request::post(format!("/api/schedules/{id}/pause"))).await
    }

    pub async fn resume_schedule(&self, id: ScheduleId) -> Result<Schedule> {
        self.call(Request::post(format!("/api/schedules/{id}/resumption"))).await
    }
}
