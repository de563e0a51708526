//! The review: questions about lessons that were read, again after growing intervals. What is kept stays in this browser.

mod asked;
mod queue;

use std::collections::BTreeSet;
use std::rc::Rc;

use protocol::room::Row;
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::icon::{Icon, icon};
use crate::platform;
use crate::texts;
use crate::words::words;
pub use asked::{Asked, Variant};
use queue::{Queue, day};

/// The name under which the browser keeps it.
const NAME: &str = "socketscope.later";
/// The largest file that is read, in bytes.
const MOST_FILE: u64 = 1 << 20;

/// What the review is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaterSpec {
    /// Its name in the page.
    pub id: String,
    /// The lessons with questions, in the order of the course: names and titles.
    pub lessons: Vec<(String, String)>,
    /// All questions, in the same order.
    pub questions: Vec<Asked>,
}

/// What the review's root is made from.
#[derive(Properties, PartialEq, Clone)]
pub struct LaterProps {
    /// What it is made from.
    pub spec: Rc<LaterSpec>,
    /// Told once it is awake.
    #[prop_or_default]
    pub mounted: Callback<()>,
}

/// What happens.
pub enum Msg {
    /// The browser has told what lessons were read to their end.
    Read(BTreeSet<String>),
    /// Ask about this lesson, or do not.
    Choose(usize, bool),
    /// An answer, by its place from 0; none: none was chosen.
    Answer(Option<usize>),
    /// Tell me.
    GiveUp,
    /// On to the next question.
    Next,
    /// Save what is kept as a file.
    Save,
    /// Take what a file has.
    Load(Option<String>),
}

/// Where the present question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// It waits for an answer.
    Asks,
    /// It was answered; at once, or not.
    Known,
    /// It was told.
    Told,
}

/// The review, as a root of a page.
pub struct LaterIsland {
    queue: Queue,
    read: Option<BTreeSet<String>>,
    /// Questions to be asked now, the first first.
    now: Vec<usize>,
    asked: u32,
    stands: Stands,
    /// How often the present question had been asked when it was opened.
    times: u32,
    /// Answers to the present question that were wrong.
    wrong: BTreeSet<usize>,
    /// What was answered in this sitting: what that is worth is decided by the first time.
    counted: BTreeSet<usize>,
    says: &'static str,
    form: NodeRef,
    head: NodeRef,
    refocus: bool,
}

fn today() -> u32 {
    day(platform::now_ms(), platform::zone_min())
}

/// The lessons that a record of work has as read to their end.
fn finished(json: &str) -> BTreeSet<String> {
    let rows: Vec<Row> = serde_json::from_str(json).unwrap_or_default();
    let done = rows.iter().filter(|row| matches!(row.what, protocol::room::Did::Finished));
    done.filter_map(|row| row.page.strip_prefix("/lessons/"))
        .map(|it| it.trim_end_matches('/').to_owned())
        .collect()
}

impl Component for LaterIsland {
    type Message = Msg;
    type Properties = LaterProps;

    fn create(_: &Context<Self>) -> Self {
        Self {
            queue: Queue::default(),
            read: None,
            now: Vec::new(),
            asked: 0,
            stands: Stands::Asks,
            times: 0,
            wrong: BTreeSet::new(),
            counted: BTreeSet::new(),
            says: "",
            form: NodeRef::default(),
            head: NodeRef::default(),
            refocus: false,
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first {
            ctx.props().mounted.emit(());
            let link = ctx.link().clone();
            platform::class::all_work(move |json| {
                link.send_message(Msg::Read(json.as_deref().map(finished).unwrap_or_default()));
            });
        }
        if std::mem::take(&mut self.refocus) {
            platform::focus(&self.head);
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let spec = &ctx.props().spec;
        match msg {
            Msg::Read(read) => {
                self.queue =
                    platform::remembered(NAME).and_then(|json| Queue::read(&json)).unwrap_or_default();
                // A lesson's page leads here with its name.
                let place = platform::place();
                let named = place.trim_start_matches('#');
                if spec.lessons.iter().any(|(slug, _)| slug == named) {
                    self.queue.choose(named, true);
                    self.keep();
                }
                self.read = Some(read);
                self.begin(spec);
            }
            Msg::Choose(at, on) => {
                let Some((slug, _)) = spec.lessons.get(at) else { return false };
                self.queue.choose(slug, on);
                self.keep();
                self.begin(spec);
            }
            Msg::Answer(None) => self.says = texts::later::CHOOSE_AN_ANSWER_FIRST,
            Msg::Answer(Some(said)) => {
                let Some(question) = self.question(spec).map(|it| it.at(self.times)) else { return false };
                if said + 1 == question.answer {
                    self.close(spec, Stands::Known);
                } else {
                    self.wrong.insert(said);
                    self.says = texts::later::NOT_THAT_ONE;
                }
            }
            Msg::GiveUp => self.close(spec, Stands::Told),
            Msg::Next => {
                if self.now.is_empty() {
                    return false;
                }
                let at = self.now.remove(0);
                if self.stands == Stands::Told {
                    self.now.push(at);
                }
                self.present(spec);
                self.refocus = true;
            }
            Msg::Save => {
                let _ = platform::save_file("socketscope-review.json", self.queue.json().as_bytes());
                return false;
            }
            Msg::Load(text) => match text.as_deref().and_then(Queue::read) {
                Some(queue) => {
                    self.queue = queue;
                    self.keep();
                    self.begin(spec);
                    self.says = texts::later::FILE_READ;
                }
                None => self.says = texts::later::NO_SUCH_FILE,
            },
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let spec = &ctx.props().spec;
        html! {
            <section class="review-now" aria-labelledby={format!("{}-head", spec.id)} data-keys="" data-part="later">
                <h2 id={format!("{}-head", spec.id)} tabindex="-1" ref={self.head.clone()}>{self.heading(spec)}</h2>
                {self.body(ctx, spec)}
                <p class="says" role="status" data-part="says">{self.says}</p>
                if self.read.is_some() { {self.choice(ctx, spec)} }
            </section>
        }
    }
}

impl LaterIsland {
    fn keep(&mut self) {
        if !platform::remember(NAME, &self.queue.json()) {
            self.says = texts::later::KEEPS_NOTHING;
        }
    }

    /// Ask what is due.
    fn begin(&mut self, spec: &LaterSpec) {
        let read = self.read.clone().unwrap_or_default();
        self.now = self.queue.due(spec, &read, today());
        self.counted.clear();
        self.present(spec);
    }

    fn present(&mut self, spec: &LaterSpec) {
        self.times = self.question(spec).map_or(0, |it| self.queue.times(&it.name));
        self.stands = Stands::Asks;
        self.wrong.clear();
        self.says = "";
    }

    fn question<'s>(&self, spec: &'s LaterSpec) -> Option<&'s Asked> {
        spec.questions.get(*self.now.first()?)
    }

    /// The present question has its answer.
    fn close(&mut self, spec: &LaterSpec, how: Stands) {
        let (Some(question), Some(at)) = (self.question(spec), self.now.first().copied()) else { return };
        if self.stands != Stands::Asks {
            return;
        }
        let at_once = how == Stands::Known && self.wrong.is_empty();
        // Who was told is asked again in this sitting.
        if self.counted.insert(at) {
            self.queue.answered(&question.name, at_once, today());
        }
        self.queue.asked(&question.name);
        (self.stands, self.asked, self.says) = (how, self.asked + 1, "");
        self.keep();
    }

    fn heading(&self, spec: &LaterSpec) -> String {
        match (&self.read, self.now.len()) {
            (None, _) => texts::later::YOUR_REVIEW.into(),
            (Some(_), 0) if self.asked > 0 => texts::later::DONE_FOR_TODAY.into(),
            (Some(_), 0) => texts::later::NOTHING_IS_DUE.into(),
            (Some(_), 1) => texts::later::ONE_QUESTION.into(),
            (Some(_), left) => texts::later::questions(left, spec.questions.len()),
        }
    }

    fn body(&self, ctx: &Context<Self>, spec: &LaterSpec) -> Html {
        let Some(read) = &self.read else {
            return html! { <p>{texts::later::LOOKING}</p> };
        };
        let Some(question) = self.question(spec) else {
            let next = self.queue.next(spec, read).map(|due| due.saturating_sub(today()));
            return html! {
                <p>{match next {
                    Some(0 | 1) => texts::later::NEXT_TOMORROW.to_owned(),
                    Some(days) => texts::later::next_in(days),
                    None => texts::later::NOTHING_READ_YET.to_owned(),
                }}</p>
            };
        };
        let variant = question.variant(self.times).map(|at| at.to_string());
        let question = &*question.at(self.times);
        let title =
            spec.lessons.iter().find(|(slug, _)| *slug == question.lesson).map(|(_, title)| title.clone());
        html! {
            <div key={question.name.clone()} class="expect" data-variant={variant}>
                <p class="over">{title}</p>
                <p id={format!("{}-ask", spec.id)}>{words(&question.ask)}</p>
                for (name, text) in &question.listing {
                    <pre class="code" tabindex="0" role="region" aria-label={name.clone()}><code>{text.clone()}</code></pre>
                }
                if self.stands == Stands::Asks { {self.form(ctx, spec, question)} } else { {self.told(ctx, question)} }
            </div>
        }
    }

    fn form(&self, ctx: &Context<Self>, spec: &LaterSpec, question: &Asked) -> Html {
        let form = self.form.clone();
        let submit = ctx.link().callback(move |event: SubmitEvent| {
            event.prevent_default();
            Msg::Answer(platform::checked(&form))
        });
        html! {
            <form onsubmit={submit} novalidate=true ref={self.form.clone()}>
                <div role="radiogroup" aria-labelledby={format!("{}-ask", spec.id)}>
                    for (at, option) in question.options.iter().enumerate() {
                        <label key={at} class={classes!("option", self.wrong.contains(&at).then_some("wrong"))}>
                            <input type="radio" name={spec.id.clone()} value={at.to_string()} disabled={self.wrong.contains(&at)} />
                            <span>{words(option)}</span>
                            if self.wrong.contains(&at) { <small>{texts::later::NOT_THIS_ONE}</small> }
                        </label>
                    }
                </div>
                <div class="buttons">
                    <button class="btn main">{texts::later::ANSWER}</button>
                    <button type="button" class="btn" onclick={ctx.link().callback(|_: MouseEvent| Msg::GiveUp)}>{texts::later::TELL_ME}</button>
                </div>
            </form>
        }
    }

    fn told(&self, ctx: &Context<Self>, question: &Asked) -> Html {
        let right = question.answer.checked_sub(1).and_then(|at| question.options.get(at));
        let known = self.stands == Stands::Known;
        html! {
            <div class="told" data-part="told" data-known={known.to_string()}>
                <p class="verdict">
                    {icon(if known { Icon::Check } else { Icon::Next })}
                    <strong>{if known { texts::later::RIGHT } else { texts::later::IT_IS }}{right.map(words)}</strong>
                </p>
                <p>{words(&question.because)}</p>
                <button type="button" class="btn main" onclick={ctx.link().callback(|_: MouseEvent| Msg::Next)}>{texts::later::NEXT}</button>
            </div>
        }
    }

    /// Which lessons are asked about, and what is kept as a file.
    fn choice(&self, ctx: &Context<Self>, spec: &LaterSpec) -> Html {
        let read = self.read.clone().unwrap_or_default();
        let link = ctx.link().clone();
        let load = Callback::from(move |event: Event| {
            let link = link.clone();
            platform::read_file(&event, MOST_FILE, move |bytes| {
                link.send_message(Msg::Load(bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok())));
            });
        });
        html! {
            <details class="after">
                <summary>{texts::later::WHAT_YOU_ARE_ASKED_ABOUT}</summary>
                <fieldset>
                    <legend>{texts::later::TICKED_BY_THEMSELVES}</legend>
                    for (at, (slug, title)) in spec.lessons.iter().enumerate() {
                        <label key={slug.clone()}>
                            <input type="checkbox" checked={self.queue.asks_about(slug, &read)}
                                onchange={ctx.link().callback(move |event: Event| Msg::Choose(at, platform::checks(&event)))} />
                            {title.clone()}
                        </label>
                    }
                </fieldset>
                <p>{texts::later::STAYS_HERE}</p>
                <div class="buttons">
                    <button type="button" class="btn" onclick={ctx.link().callback(|_: MouseEvent| Msg::Save)}>{texts::later::SAVE_AS_A_FILE}</button>
                    <label class="file">{texts::later::READ_A_FILE}<input type="file" accept=".json,application/json" onchange={load} /></label>
                </div>
            </details>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::finished;

    #[test]
    fn what_was_read_to_its_end_is_known_by_its_page() {
        let json = r#"[{"n":1,"at":5,"page":"/lessons/a","what":"opened"},{"n":2,"at":6,"page":"/lessons/b/","what":"finished"},
            {"n":3,"at":6,"page":"/exercises/c","what":"finished"}]"#;
        assert_eq!(finished(json).into_iter().collect::<Vec<_>>(), ["b"]);
        assert!(finished("nonsense").is_empty());
    }
}
