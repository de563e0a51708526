use std::time::Instant;
use explorer::*;
use world::*;
fn main() {
    let mut files = vec![]; let mut o = Options::default(); let mut posix = true; let mut buffers = None; let mut do_begin = true;
    let mut args = std::env::args().skip(1);
    while let Some(a) = args.next() { match a.as_str() {
        "--linux" => posix = false, "--no-reduce" => o.reduce = false, "--breadth" => o.order = Order::Breadth,
        "--no-begin" => do_begin = false,
        "--unusual" => o.unusual = Some(args.next().unwrap().parse().unwrap()),
        "--states" => o.states = args.next().unwrap().parse().unwrap(),
        "--every" => o.every_count = args.next().unwrap().parse().unwrap(),
        "--buffers" => { let t = args.next().unwrap(); let (a,b) = t.split_once('/').unwrap(); buffers = Some(Buffers{sndbuf:a.parse().unwrap(), rcvbuf:b.parse().unwrap()}) }
        f => files.push(f.to_owned()) } }
    let spec = |f: &String| { let mut s = ProgramSpec::console(f.rsplit('/').next().unwrap(), "host"); s.runs = Runs::Python; s.file = f.clone(); s.source = std::fs::read_to_string(f).unwrap(); s };
    let mut scenario = Scenario::new(Network::Loopback, vec!["host".into()], files.iter().map(spec).collect());
    if posix { scenario.profile = Profile::Posix; }
    scenario.buffers = buffers;
    let limits = python::Limits { instructions: 1<<40, memory_bytes: 64<<20, ..python::Limits::default() };
    let mut w = runs::world(&scenario, runs::Turns::Calls, limits).unwrap_or_else(|e| panic!("{e:?}"));
    let prefix = if do_begin { begin(&mut w) } else { vec![] };
    let t = Instant::now();
    let mut s = Search::new(w, o.clone());
    let mut bound = s.progress().unusual;
    while s.go_on(2000).is_none() { if s.progress().unusual != bound { eprintln!("  bound {:?}: {:?} {:.2}s", bound, s.progress(), t.elapsed().as_secs_f64()); bound = s.progress().unusual; } }
    let el = t.elapsed().as_secs_f64();
    let verdict = s.finish().clone();
    let p = s.progress();
    println!("prefix {} states {} choices {} ends {} distinct ends {} in {el:.3}s = {:.0} states/s {:.0} choices/s findings {:?}", prefix.len(), p.states, p.choices, p.ends, s.ends().len(), p.states as f64/el, p.choices as f64/el, s.findings());
    match verdict {
        Verdict::Broken(found) => {
            println!("BROKEN {:?} after {} choices", found.failure, found.way.len());
            let t = Instant::now();
            let plain = shrink(s.root(), &o, &found.way);
            match plain { Some(p) => println!("plain ({:.3}s): {:?} way {} unusual {:?}", t.elapsed().as_secs_f64(), p.failure, p.way.len(), p.unusual), None => println!("NOT PLAIN") }
        }
        v => println!("{v:?}"),
    }
}
