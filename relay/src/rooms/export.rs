//! A room's record as a file, sent in parts.

use std::sync::Arc;

use protocol::RoomReport;
use protocol::room::{Answer, Format, Refusal};
use rooms::Refused;
use store::export::Export;

use super::mailbox::Mailbox;
use super::{Rooms, keeping};

/// Makes the file and puts it where its session takes it; the answer says how it went.
pub(super) async fn export(
    rooms: Arc<Rooms>,
    code: Arc<str>,
    mailbox: Arc<Mailbox>,
    id: u32,
    format: Format,
) {
    if let Err(refused) = made(&rooms, &code, &mailbox, id, format).await {
        mailbox.put(RoomReport::Answer { id, answer: refused.answer() });
    }
}

async fn made(rooms: &Rooms, code: &str, mailbox: &Mailbox, id: u32, format: Format) -> Result<(), Refused> {
    let under_way =
        || Refused::new(Refusal::Unfit, "An export is on its way: wait until nothing of it is left.");
    if mailbox.exports() {
        return Err(under_way());
    }
    // One at a time: each is whole in memory.
    let _turn = rooms.exporting.lock().await;
    let said = |error: store::Error| keeping::refused(&error);
    let export = Export::new(Arc::clone(&rooms.store), code, format).await.map_err(said)?;
    let file = export.whole().await.map_err(said)?;
    let done = RoomReport::Answer { id, answer: Answer::Done };
    if mailbox.put_export(file.into(), done) { Ok(()) } else { Err(under_way()) }
}
