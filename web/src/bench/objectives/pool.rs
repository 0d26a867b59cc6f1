//! The workers that run sweeps: as many as the machine has cores for, each with a policy at a time.
//!
//! A plan's points are what they are whoever runs them, so any worker takes the next that is left, and what they tell is the same put together. Where no worker can be had there is
//! one engine, on the page's own thread in slices.

use crate::link::{Link, News};
use crate::state::{Action, Numbers, Session, Ticket};
use pitr_protocol::sweep::{Ask, PlanSpec, Told, open, seal};
use pitr_protocol::{Envelope, Problem, Reply, Request};
use std::collections::VecDeque;
use std::rc::Rc;
use yew::Callback;

/// More workers than this would be slower to start than they save.
const MOST_WORKERS: usize = 4;
/// A policy that has brought so many engines down is not tried again.
const MOST_CRASHES: u32 = 2;

/// A policy to be run: of which plan, and which of its points. Whoever asks knows it by its mark.
#[derive(Debug, Clone)]
pub struct Job {
    pub mark: u32,
    pub plan: Rc<PlanSpec>,
    pub point: u32,
}

/// What comes of the workers.
#[derive(Debug)]
pub enum Event {
    /// Something of a worker, to be given back to [`Pool::hear`].
    News(usize, News),
    Send(usize, Envelope<Request>),
    /// Something of a job: the worker, the job's mark, and what it is.
    Told(usize, u32, Told),
}

#[derive(Debug)]
struct Worker {
    link: Link,
    session: Session,
    is_ready: bool,
    job: Option<(Job, Ticket)>,
}

/// The workers, and what is left to be done.
#[derive(Debug)]
pub struct Pool {
    workers: Vec<Worker>,
    queue: VecDeque<Job>,
    heard: Callback<Event>,
    crashes: u32,
}

impl Pool {
    /// Starts the first worker; the others follow when it is there.
    pub fn new(heard: Callback<Event>) -> Pool {
        let mut pool = Pool { workers: Vec::new(), queue: VecDeque::new(), heard, crashes: 0 };
        pool.add();
        pool
    }

    fn add(&mut self) {
        let index = self.workers.len();
        let (news, sent) = (self.heard.clone(), self.heard.clone());
        let link = Link::new("study", Callback::from(move |item| news.emit(Event::News(index, item))));
        let send = Callback::from(move |envelope| sent.emit(Event::Send(index, envelope)));
        let session = Session::new(Callback::noop(), send, Rc::new(Numbers::default()));
        link.start();
        self.workers.push(Worker { link, session, is_ready: false, job: None });
    }

    /// Takes in what a worker says. `Some`: why nothing can be run any more.
    pub fn hear(&mut self, index: usize, news: News) -> Option<Problem> {
        let worker = self.workers.get_mut(index)?;
        match news {
            News::Reply(envelope) => drop(worker.session.deliver(envelope)),
            News::Action(Action::Connected { fallback }) => {
                worker.is_ready = true;
                if index == 0 && self.workers.len() == 1 && !fallback {
                    (1..cores().min(MOST_WORKERS)).for_each(|_| self.add());
                }
                self.go_on();
            }
            News::Crashed { .. } => {
                worker.is_ready = false;
                worker.session.refuse_all("worker_crashed");
                self.crashes += 1;
                let job = worker.job.take();
                worker.link.start();
                if self.crashes > MOST_CRASHES {
                    self.queue.clear();
                    return Some(refusal("worker_crashed"));
                }
                self.queue.extend(job.map(|(job, _)| job));
            }
            News::Action(_) | News::Outdated => {
                worker.is_ready = false;
                if index == 0 {
                    return Some(refusal("no_study"));
                }
                self.queue.extend(worker.job.take().map(|(job, _)| job));
                self.go_on();
            }
        }
        None
    }

    pub fn send(&self, index: usize, envelope: &Envelope<Request>) {
        if let Some(worker) = self.workers.get(index) {
            worker.link.send(envelope);
        }
    }

    /// Whether there is anybody to be asked.
    pub fn is_ready(&self) -> bool {
        self.workers.iter().any(|worker| worker.is_ready)
    }

    /// Asks the first worker that is there.
    pub fn ask(&self, ask: &Ask, heard: Callback<Told>) -> Option<Ticket> {
        let worker = self.workers.iter().find(|worker| worker.is_ready)?;
        Some(worker.session.ask(Request::Bench(seal(ask)), told(heard)))
    }

    /// Puts jobs behind those that wait.
    pub fn run(&mut self, jobs: impl Iterator<Item = Job>) {
        self.queue.extend(jobs);
        self.go_on();
    }

    /// Drops whatever is run or waits.
    pub fn cancel(&mut self) {
        self.queue.clear();
        self.crashes = 0;
        for (index, worker) in self.workers.iter_mut().enumerate() {
            if worker.job.take().is_some() && worker.is_ready {
                let drop = Request::Bench(seal(&Ask::Drop { ticket: index as u32 }));
                // Nobody waits for the answer.
                let _ = worker.session.ask(drop, Callback::noop());
            }
        }
    }

    /// A worker has done its job.
    pub fn done(&mut self, index: usize) {
        if let Some(worker) = self.workers.get_mut(index) {
            worker.job = None;
        }
        self.go_on();
    }

    /// Gives jobs to those who have none.
    fn go_on(&mut self) {
        for (index, worker) in self.workers.iter_mut().enumerate() {
            if !worker.is_ready || worker.job.is_some() {
                continue;
            }
            let Some(job) = self.queue.pop_front() else { return };
            let (heard, mark) = (self.heard.clone(), job.mark);
            let told = told(Callback::from(move |told| heard.emit(Event::Told(index, mark, told))));
            let plan = job.plan.as_ref().clone();
            let begin = Ask::Begin { ticket: index as u32, plan, from: job.point, to: job.point + 1 };
            worker.job = Some((job, worker.session.ask(Request::Bench(seal(&begin)), told)));
        }
    }
}

fn refusal(code: &str) -> Problem {
    Problem { code: code.to_owned(), params: Vec::new(), place: None }
}

/// Opens what comes back.
fn told(heard: Callback<Told>) -> Callback<Reply> {
    Callback::from(move |reply| match reply {
        Reply::Bench(sealed) => {
            if let Some(told) = open(&sealed) {
                heard.emit(told);
            }
        }
        Reply::Refused(problem) => heard.emit(Told::Refused(problem)),
        _ => {}
    })
}

/// How many things this machine does at once, as far as the browser says.
fn cores() -> usize {
    let read = |of: &wasm_bindgen::JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).ok();
    let navigator = read(&js_sys::global(), "navigator");
    let cores = navigator.and_then(|navigator| read(&navigator, "hardwareConcurrency")).and_then(|it| it.as_f64());
    cores.map_or(1, |cores| cores as usize).max(1)
}
