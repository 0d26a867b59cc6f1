//! What the workbench hears: answers to its questions, and where the page stands.

use super::share::{self, Then};
use super::{Ask, Asked, Branch, Context, Heard, Msg, Problem, Reply, Told, WhyRow, Workbench, bus, hub, open};

impl Workbench {
    pub(super) fn told(&mut self, ctx: &Context<Self>, asked: Asked, reply: Reply) {
        let told = match reply {
            Reply::Bench(sealed) => open::<Told>(&sealed),
            Reply::Refused(problem) => Some(Told::Refused(problem)),
            _ => None,
        };
        let told = told.unwrap_or_else(|| {
            Told::Refused(Problem { code: "malformed_message".into(), params: Vec::new(), place: None })
        });
        match (asked, told) {
            (Asked::Execute { act, branches, step }, Told::Script(text)) => {
                self.doing.done(&act, step, &text, branches.then(|| Branch::of(&self.run, step)));
                bus::open(&text);
            }
            (Asked::Execute { act, .. }, Told::Refused(problem)) => self.doing.refused(&act, problem),
            (Asked::Names(_), Told::Names(names)) => self.doing.statement.learn(names),
            (Asked::Names(step), _) => self.named = self.named.filter(|named| *named != step),
            (Asked::Thing(thing), Told::Anatomy(anatomy)) => self.inspector.show(thing, Ok(anatomy)),
            (Asked::Thing(thing), Told::Refused(problem)) => self.inspector.show(thing, Err(problem)),
            (Asked::Elsewhere, Told::Elsewhere(systems)) => self.elsewhere = Some(Ok(systems)),
            (Asked::Elsewhere, Told::Refused(problem)) => self.elsewhere = Some(Err(problem)),
            (Asked::Link, Told::Link(link)) => self.share.put(link),
            (Asked::Digest(step), Told::Digest(digest)) => self.share.digest = Some((step, digest)),
            (Asked::Open(link), Told::Linked { script, step, target, view }) => {
                self.share.opened(link, Then { step, target, looks: view });
                bus::open(&script);
            }
            (Asked::Open(_), Told::Refused(problem)) => {
                hub::linked(Err(problem.clone()));
                self.share.refused(problem);
            }
            (Asked::Pages, Told::Relations(relations)) => {
                let first = self.inspector.relations_came(relations);
                first.into_iter().for_each(|thing| ctx.link().send_message(Msg::Inspect(thing)));
            }
            (Asked::Why, Told::Why(row)) => self.explain(Ok(row)),
            (Asked::Why, Told::Refused(problem)) => self.explain(Err(problem)),
            _ => {}
        }
    }

    /// The answer stands away from the row that it is about: it is brought into view once it is there.
    fn explain(&mut self, why: Result<WhyRow, Problem>) {
        self.why = Some(why);
        self.bring = Some("bench-why");
    }

    /// Where the page stands now; whether that is another place.
    pub(super) fn placed(&mut self, ctx: &Context<Self>, step: u32, playing: bool) -> bool {
        let is_other = (self.step, self.playing) != (step, playing);
        (self.step, self.playing) = (step, playing);
        if is_other {
            self.log_from = None;
            self.rest(ctx);
        }
        is_other
    }

    /// Nothing has moved for a moment: the address follows. Whether it has.
    pub(super) fn rested(&mut self, ctx: &Context<Self>) -> bool {
        if hub::is_on_its_way() {
            self.rest(ctx);
            return false;
        }
        self.rest = None;
        let nothing_to_tell = self.is_plain() && share::current().is_empty();
        if !self.run.is_there() || self.playing || nothing_to_tell {
            return false;
        }
        let target = self.target.clone().filter(|_| self.aimed);
        let behind = self.opening.as_deref().and_then(|script| self.run.head.script.strip_prefix(script));
        if let Some(own) = behind {
            // What begins as the lab opened needs no engine for its link.
            self.share.put_own(own, self.step, target.as_ref());
            return true;
        }
        self.ask(ctx, Asked::Link, &Ask::Link { step: self.step, target, view: hub::looks() });
        false
    }

    pub(super) fn heard(&mut self, ctx: &Context<Self>, heard: Heard) -> bool {
        match heard {
            Heard::Run(run) => {
                self.run_came(ctx, run);
                return true;
            }
            // While it plays, the lists stand still.
            Heard::Placed { step, playing } => return self.placed(ctx, step, playing) && !playing,
            Heard::Targeted { target, touched } => {
                (self.target, self.aimed) = (Some(target), touched);
                // What was said is of another target.
                let said = self.elsewhere.take().is_some();
                self.rest(ctx);
                return said;
            }
            Heard::Lost => return true,
            Heard::Looked { by_link: false } => self.rest(ctx),
            Heard::Looked { .. } | Heard::Path(_) | Heard::Boundary(_) | Heard::Stops(_) | Heard::Progress(_) => {}
            Heard::Linked(_) | Heard::Refused(_) => {}
            Heard::Why { table, key, recovered } => {
                let ask = Ask::Why { table, key, recovered, step: self.step };
                self.ask(ctx, Asked::Why, &ask);
            }
        }
        false
    }
}
