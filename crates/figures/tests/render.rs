//! What a page gets before any script runs: figures as markup.

mod common;

use figures::{LiveIsland, LiveProps, ProgramsIsland, ProgramsProps, StageIsland, StageProps};
use scene::{FigureSpec, Moment, Prediction, StageSpec};
use yew::{Callback, LocalServerRenderer};

const PARTIAL_SEND: &str = include_str!("../../world/tests/fixtures/partial-send.toml");

fn stage(start: u32) -> StageSpec {
    StageSpec {
        id: "partial".into(),
        title: "A partial send".into(),
        scenario: toml::from_str(PARTIAL_SEND).expect("the fixture is a scenario"),
        start,
        small: false,
        predictions: vec![],
    }
}

async fn render(spec: FigureSpec) -> String {
    let mounted = Callback::noop();
    match spec {
        FigureSpec::Stage(spec) => {
            let renderer = LocalServerRenderer::<StageIsland>::with_props(StageProps {
                spec: spec.into(),
                mounted,
                play: None,
            });
            renderer.hydratable(false).render().await
        }
        FigureSpec::Live(spec) => {
            let renderer = LocalServerRenderer::<LiveIsland>::with_props(LiveProps { spec, mounted });
            renderer.hydratable(false).render().await
        }
        FigureSpec::Programs(spec) => {
            let renderer = LocalServerRenderer::<ProgramsIsland>::with_props(ProgramsProps { spec, mounted });
            renderer.hydratable(false).render().await
        }
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_stage_is_readable_and_marked_for_tests_before_it_wakes() {
    let html = render(FigureSpec::Stage(stage(23))).await;
    for part in [
        "data-part=\"send-buffer\" data-used=\"5792\"",
        "data-part=\"receive-buffer\" data-used=\"0\"",
        "data-part=\"wire\"",
        "data-part=\"transcript\"",
        "data-event=\"23\"",
        "aria-label=\"Step forward\"",
        "aria-label=\"Step back\"",
        "aria-label=\"To the start\"",
        "aria-label=\"To the end\"",
        "aria-label=\"Play\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn no_figure_needs_a_style_attribute_or_a_script() {
    let live = common::live(PARTIAL_SEND);
    let small = StageSpec { small: true, ..stage(23) };
    let programs = FigureSpec::Programs(stage(0));
    for spec in [FigureSpec::Stage(stage(23)), FigureSpec::Stage(small), FigureSpec::Live(live), programs] {
        let html = render(spec).await;
        assert!(
            !html.contains(" style=") && !html.contains("<script") && !html.contains(" onclick="),
            "{html}"
        );
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_question_is_asked_without_its_answer() {
    let mut spec = stage(20);
    spec.predictions.push(Prediction {
        stage: "partial".into(),
        before: Moment { program: "Sender".into(), call: "send".into(), nth: 1 },
        ask: "What does the first `send` do?".into(),
        because: "Four segments fit.".into(),
        errors: vec![],
    });
    let html = render(FigureSpec::Stage(spec)).await;
    assert!(
        html.contains("What does the first <code>send</code> do?") && html.contains("Predict and run"),
        "{html}"
    );
    assert!(
        !html.contains("5792") && !html.contains("Four segments"),
        "the answer is not in the page: {html}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_scenario_that_cannot_run_says_what_is_wrong() {
    let mut spec = stage(0);
    spec.scenario.programs[0].host = "nowhere".into();
    let html = render(FigureSpec::Stage(spec)).await;
    assert!(html.contains("cannot run") && html.contains("nowhere"), "{html}");
}
