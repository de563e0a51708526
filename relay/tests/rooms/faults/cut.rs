//! Connections that are cut at every byte of what is said to a room, and taken up again.

use protocol::FromClient;
use protocol::room::{Answer, Ask, Learn, RoomRequest};
use relay::settings::{Data, LabMode, Metrics};
use relay::{Limits, Settings};
use store::{Sqlite, Store};

use super::{database, integrity, kept, made};
use crate::common::{Client, Relay, start_with};
use crate::person::{DEVICE, Person};

/// A relay that keeps its rooms in this folder, for any number of sessions that were cut.
async fn keeping(folder: &std::path::Path) -> Relay {
    let data = Data::Folder(folder.to_owned());
    let limits = Limits { sessions_per_address: 1000, ..Limits::default() };
    start_with(Settings {
        metrics: Metrics::Off,
        lab_mode: LabMode::Off,
        data,
        limits,
        ..Settings::default()
    })
    .await
}

/// As a client writes it: a binary frame, masked by zeros.
fn frame(id: u32, ask: &Ask) -> Vec<u8> {
    let message = protocol::encode(&FromClient::Room(RoomRequest { id, ask: ask.clone() }));
    let head = match u8::try_from(message.len()) {
        Ok(len) if len < 126 => vec![0x82, 0x80 | len],
        _ => {
            let len = u16::try_from(message.len()).unwrap();
            [&[0x82, 0x80 | 126], &len.to_be_bytes()[..]].concat()
        }
    };
    [&head, &[0; 4][..], &message].concat()
}

/// Says this, of which only so many bytes get there, and goes on over another connection.
async fn cut_after(relay: &Relay, mut person: Person, ask: &Ask, bytes: usize) -> Person {
    let whole = frame(person.next, ask);
    person.client.write(&whole[..bytes.min(whole.len())]).await;
    let (resume, last, next) = (person.client.resume(), person.client.last, person.next);
    drop(person);
    let mut client: Client = relay.connect().await;
    assert!(client.hello(Some(resume)).await, "after {bytes} bytes");
    client.last = last;
    Person { next, ..Person::with(client) }
}

#[tokio::test]
async fn wherever_the_connection_is_cut_a_row_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let relay = keeping(folder.path()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let (mut ada, id, _) = Person::joins(&relay, &code, "Ada").await;
    let save = |n| Ask::Learn(Learn::Save { device: DEVICE.into(), rows: vec![made(n)] });
    // Numbers and their lengths change with each; where there are fewer bytes the whole goes out.
    let (bytes, mut last) = (frame(u32::MAX, &save(u64::from(u32::MAX))).len(), 0);
    for cut in 0..=bytes {
        let n = last + 1;
        ada = cut_after(&relay, ada, &save(n), cut).await;
        // What has no answer yet is said again, under its number.
        let again = ada.ask(save(n)).await;
        assert_eq!(again, Answer::Saved { device: DEVICE.into(), through: n }, "after {cut} bytes");
        last = n;
    }
    let tile = teacher.tile(|tile| tile.rows == last).await;
    let right = u32::try_from(last / 2).unwrap();
    assert_eq!((tile.present, tile.right), (true, (right, u32::try_from(last).unwrap())), "each once");
    let store = Sqlite::read(&database(folder.path())).await.unwrap();
    assert_eq!(kept(&store, &code).await, [(id, last)].into());
    assert_eq!(integrity(&database(folder.path())).await, "ok");
}

#[tokio::test]
async fn wherever_the_connection_is_cut_somebody_joins_once_and_gets_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let relay = keeping(folder.path()).await;
    let (mut teacher, code, _) = Person::opens(&relay).await;
    let join = |cut| Ask::Join { code: code.clone(), nickname: format!("Learner {cut:03}") };
    let bytes = frame(1, &join(0)).len();
    for cut in 0..=bytes {
        let ada = cut_after(&relay, Person::at(&relay).await, &join(cut), cut).await;
        let mut ada = Person { next: 1, ..ada };
        let joined = ada.ask(join(cut)).await;
        let Answer::Joined { learner, key: Some(key), .. } = joined else { panic!("{cut}: {joined:?}") };
        assert_eq!(learner.0 as usize, cut + 1, "each once");
        let mut again = Person::at(&relay).await;
        assert!(
            matches!(again.returns(&code, &key).await, Answer::Joined { learner: same, .. } if same == learner)
        );
        let name = format!("Learner {cut:03}");
        teacher.tile(|tile| tile.learner == learner && tile.nickname == name && tile.present).await;
    }
    let store = Sqlite::read(&database(folder.path())).await.unwrap();
    assert_eq!(store.learners(&code).await.unwrap().len(), bytes + 1);
}
