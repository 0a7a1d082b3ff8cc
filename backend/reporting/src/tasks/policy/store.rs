//! The SQL of the policy. It belongs to no unit.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Integer, SmallInt, Text},
};
use diesel_async::RunQueryDsl;
use fupin_kernel::{Error, Result, Tx};
use rust_decimal::Decimal;

use super::{Policy, Room, Rung};
use crate::{discipline::rules::Points, place::rules::level_of};

#[derive(QueryableByName)]
struct PolicyRow {
    #[diesel(sql_type = Array<SmallInt>)]
    reminder_days: Vec<i16>,
    #[diesel(sql_type = SmallInt)]
    reminder_hour: i16,
    #[diesel(sql_type = Array<SmallInt>)]
    escalation_days: Vec<i16>,
    #[diesel(sql_type = Array<SmallInt>)]
    escalation_levels: Vec<i16>,
    #[diesel(sql_type = Integer)]
    rest_minutes: i32,
    #[diesel(sql_type = Integer)]
    dunnings_per_day: i32,
    #[diesel(sql_type = Text)]
    late_day: String,
    #[diesel(sql_type = Text)]
    returned: String,
    #[diesel(sql_type = Text)]
    error: String,
    #[diesel(sql_type = SmallInt)]
    attachments: i16,
    #[diesel(sql_type = SmallInt)]
    attachment_mib: i16,
}

pub async fn find_policy(tx: &mut Tx) -> Result<Policy> {
    let row: PolicyRow = sql_query(
        "select reminder_days, reminder_hour, escalation_days, escalation_levels,
             (extract(epoch from dunning_rest) / 60)::int as rest_minutes, dunnings_per_day,
             late_day_points::text as late_day, return_points::text as returned, error_points::text as error,
             attachments, attachment_mib
         from task_policy",
    )
    .get_result(tx.conn()?)
    .await?;
    let rungs = row.escalation_days.iter().zip(&row.escalation_levels);
    let rung = |(days, rank): (&i16, &i16)| Ok(Rung { days: *days, level: level_of(*rank)? });
    Ok(Policy {
        reminder_days: row.reminder_days,
        reminder_hour: row.reminder_hour,
        escalation: rungs.map(rung).collect::<Result<_>>()?,
        dunning_rest_minutes: row.rest_minutes,
        dunnings_per_day: row.dunnings_per_day,
        discipline: Points {
            late_day: decimal(&row.late_day)?,
            returned: decimal(&row.returned)?,
            error: decimal(&row.error)?,
        },
        attachments: Room { files: row.attachments, mib: row.attachment_mib },
    })
}

fn decimal(text: &str) -> Result<Decimal> {
    text.parse().map_err(Error::internal)
}

pub async fn save_policy(tx: &mut Tx, policy: &Policy) -> Result<()> {
    sql_query(
        "update task_policy set reminder_days = $1, reminder_hour = $2, escalation_days = $3, escalation_levels = $4,
             dunning_rest = make_interval(mins => $5), dunnings_per_day = $6,
             late_day_points = $7::numeric, return_points = $8::numeric, error_points = $9::numeric,
             attachments = $10, attachment_mib = $11",
    )
    .bind::<Array<SmallInt>, _>(&policy.reminder_days)
    .bind::<SmallInt, _>(policy.reminder_hour)
    .bind::<Array<SmallInt>, _>(policy.escalation.iter().map(|rung| rung.days).collect::<Vec<_>>())
    .bind::<Array<SmallInt>, _>(policy.escalation.iter().map(|rung| rung.level.rank()).collect::<Vec<_>>())
    .bind::<Integer, _>(policy.dunning_rest_minutes)
    .bind::<Integer, _>(policy.dunnings_per_day)
    .bind::<Text, _>(policy.discipline.late_day.to_string())
    .bind::<Text, _>(policy.discipline.returned.to_string())
    .bind::<Text, _>(policy.discipline.error.to_string())
    .bind::<SmallInt, _>(policy.attachments.files)
    .bind::<SmallInt, _>(policy.attachments.mib)
    .execute(tx.conn()?)
    .await?;
    Ok(())
}
