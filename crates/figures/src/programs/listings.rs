//! The programs' texts one beside the other: what there is before the figure is awake, and without scripts.

use scene::StageSpec;
use world::{Network, ProgramSpec};
use yew::prelude::*;

use crate::texts;

/// The figure as it is read.
pub(super) fn listings(spec: &StageSpec) -> Html {
    let title = format!("{}-title", spec.id);
    html! {
        <section class="programs" aria-labelledby={title.clone()}>
            <div class="programs-head"><h2 id={title}>{spec.title.clone()}</h2><p>{between(spec)}</p></div>
            <div class="listings">
                for (at, program) in spec.scenario.programs.iter().enumerate() { {listing(at, program)} }
            </div>
        </section>
    }
}

fn listing(at: usize, program: &ProgramSpec) -> Html {
    html! {
        <div key={at} class="listing" data-part="listing">
            <h3>{program.name.clone()}{" "}<span>{texts::programs::file_on_host(&program.file, &program.host)}</span></h3>
            <pre class="code" tabindex="0" role="region" aria-label={program.file.clone()}><code>{program.source.trim_end().to_owned()}</code></pre>
        </div>
    }
}

/// What lies between the programs, and what their addresses are.
pub(super) fn between(spec: &StageSpec) -> String {
    match spec.scenario.network {
        Network::Loopback => texts::programs::OVER_LOOPBACK.into(),
        Network::Wire { mtu, .. } => {
            let hosts = spec.scenario.hosts.iter().enumerate();
            let hosts: Vec<_> = hosts.map(|(at, name)| texts::programs::address_of(name, at + 1)).collect();
            texts::programs::over_a_wire(mtu, hosts.join(", "))
        }
    }
}
