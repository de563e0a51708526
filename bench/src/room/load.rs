//! The load: every learner goes a step and saves a row once a second, while the teachers look at their boards.
//!
//! What is measured begins when it was due, so that a client or a relay that is late does not make itself look better.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::try_join_all;
use protocol::room::{Answer, Ask, Learn, Place, RoomReport};
use tokio::time::{Instant, sleep_until, timeout};

use super::{Board, Class, Person, device, row};
use crate::relay::Problem;

const PACE: Duration = Duration::from_secs(1);
/// How often a teacher asks itself whether all has come.
const LOOK: Duration = Duration::from_millis(100);

/// How long rows took to be acknowledged, and what learners did to be on the board.
pub(super) async fn load(
    classes: &mut [Class],
    seconds: u32,
) -> Result<(Vec<Duration>, Vec<Duration>), Problem> {
    let began = Instant::now() + PACE;
    let rooms = classes.len() as u32;
    let all = (0..).zip(classes).map(|(place, class)| async move {
        let (board, over) = (Board::default(), Cell::new(false));
        let Class { teacher, learners, .. } = class;
        let count = learners.len() as u32 * rooms;
        let learning = async {
            // Evenly spread over the second, and those of a room among those of the others.
            let each = (0..).zip(learners).map(|(nth, learner)| {
                let from = began + PACE * (nth * rooms + place) / count;
                learn(learner, from, seconds, &board)
            });
            let times = try_join_all(each).await;
            over.set(true);
            times
        };
        let (saved, ()) = tokio::try_join!(learning, watch(teacher, &board, &over))?;
        Ok::<_, Problem>((saved.concat(), board.into_times()))
    });
    let (saved, board): (Vec<_>, Vec<_>) = try_join_all(all).await?.into_iter().unzip();
    Ok((saved.concat(), board.concat()))
}

async fn learn(
    me: &mut Person,
    from: Instant,
    seconds: u32,
    board: &Board,
) -> Result<Vec<Duration>, Problem> {
    let (mut done, mut asked, mut times) = (0, BTreeMap::new(), Vec::new());
    while done < seconds || !asked.is_empty() {
        let due = from + PACE * done;
        tokio::select! {
            () = sleep_until(due), if done < seconds => {
                done += 1;
                board.expect(me.learner, done.into(), due);
                let place = Place {
                    page: "/lessons/the-partial-send".into(),
                    figure: "the-partial-send".into(),
                    step: done,
                    of: seconds,
                    link: String::new(),
                };
                me.say(Ask::Learn(Learn::At { place })).await?;
                let save = Learn::Save { device: device(), rows: vec![row(done.into())] };
                asked.insert(me.say(Ask::Learn(save)).await?, due);
            }
            report = me.hear() => match report? {
                RoomReport::Answer { answer: Answer::Refused { says, .. }, .. } => return Err(says.into()),
                RoomReport::Answer { id, .. } => times.extend(asked.remove(&id).map(|due| due.elapsed())),
                _ => {}
            },
        }
        me.acknowledge().await?;
    }
    Ok(times)
}

/// Until all that was done is on the board.
async fn watch(teacher: &mut Person, board: &Board, over: &Cell<bool>) -> Result<(), Problem> {
    while !(over.get() && board.is_whole()) {
        let Ok(report) = timeout(LOOK, teacher.hear()).await else { continue };
        if let RoomReport::Tiles { tiles, .. } = report? {
            tiles.iter().for_each(|tile| board.came(tile));
        }
        teacher.acknowledge().await?;
    }
    Ok(())
}
