//! The form of the database, and how an older one becomes the present one.

use sqlx::{Connection as _, SqliteConnection};

/// Each step from one form to the next; a form is never changed after it was in a release.
const STEPS: [&str; 2] = [include_str!("../schema/1.sql"), include_str!("../schema/2.sql")];

/// The present form.
pub(super) const KNOWN: i64 = STEPS.len() as i64;

/// In the file's header, so that nobody takes another database for ours: "SoSc".
pub(super) const APPLICATION: i64 = 0x536f_5363;

/// What a file's header says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) application: i64,
    /// 0 where nothing was written yet.
    pub(super) version: i64,
    /// Whether there are any tables.
    pub(super) empty: bool,
}

/// Reads it.
pub(super) async fn form(c: &mut SqliteConnection) -> Result<Form, sqlx::Error> {
    let (application, version, tables): (i64, i64, i64) = sqlx::query_as(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
         FROM pragma_application_id, pragma_user_version",
    )
    .fetch_one(c)
    .await?;
    Ok(Form { application, version, empty: tables == 0 })
}

/// Brings it to the present form, wholly or not at all.
pub(super) async fn migrate(c: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let Form { version, .. } = form(c).await?;
    if version == KNOWN {
        return Ok(());
    }
    let mut all = c.begin_with("BEGIN EXCLUSIVE").await?;
    let done = usize::try_from(version).unwrap_or(0);
    for step in &STEPS[done..] {
        sqlx::raw_sql(*step).execute(&mut *all).await?;
    }
    // A pragma takes no parameters.
    let marks = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {KNOWN};");
    sqlx::raw_sql(sqlx::AssertSqlSafe(marks)).execute(&mut *all).await?;
    all.commit().await
}
