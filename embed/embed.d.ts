/** Types of `embed.js`: the element `<pitr-lab>`. */

/** Where a lab stands in its run. */
export interface LabState {
  /** The scenario's title. */
  title: string;
  /** The step on show, counted from 0, and how many there are. */
  step: number;
  steps: number;
  /** The step's time on the run's clock, `HH:MM:SS`. */
  time: string;
  /** The end of the log at that step, such as `0/5C18`. */
  lsn: string;
  playing: boolean;
  /** The recovery that the run ends with. */
  recovered: Recovery | null;
  /** What stands behind the `#` of an address that shows this; in answers to `state()`, unless the run is too long for a link. */
  link?: string;
}

/** A recovery, as its report has it. */
export interface Recovery {
  /** The target, in words. */
  target: string;
  /** What came of it, in a sentence. */
  says: string;
  /** The step at which it began. */
  step: number;
  /** False while it waits at its target. */
  finished: boolean;
  /** How many committed transactions were replayed. */
  transactions: number;
  /** The timeline that it began. */
  timeline: number;
  /** How long it took on the run's clock, in microseconds. */
  rto_us: number;
}

/** Why something cannot be. */
export interface LabProblem {
  /** A stable name of what is wrong, such as `malformed` or `no_such_scenario`. */
  code: string;
  message: string;
}

/** What rejected promises carry. */
export type LabError = Error & LabProblem;

/** A question was answered. */
export interface Answered {
  right: boolean;
  /** Which question, and from which seed; empty if that is not known. */
  question: string;
  seed: string;
}

/** What can be loaded: a shipped scenario, an address that a lab has made, or a script. */
export type Loadable = { scenario: string } | { src: string } | { script: string };

export interface PitrLabEvents {
  ready: CustomEvent<LabState>;
  step: CustomEvent<LabState>;
  recovered: CustomEvent<LabState>;
  answered: CustomEvent<Answered>;
  error: CustomEvent<LabProblem>;
}

export declare class PitrLab extends HTMLElement {
  /** How many frames all elements of the page have just now. */
  static readonly alive: number;

  /** Opens another run: by a scenario's name, a link, or as an object says. */
  load(what: string | Loadable): Promise<LabState>;
  /** Carries a statement out where the page stands, in a session (`ops`). */
  execute(statement: string, session?: string): Promise<LabState>;
  /** Recovers to a target, such as `02:59:59` or `xid 113 exclusive`; without one, to the target that is chosen. */
  recover(target?: string): Promise<LabState>;
  /** Goes to a step, a time, a position in the log, `start` or `end`. */
  seek(to: number | string): Promise<LabState>;
  state(): Promise<LabState>;
  /** A hash of everything there is at the step on show. */
  digest(): Promise<string>;

  addEventListener<K extends keyof PitrLabEvents>(type: K, listener: (this: PitrLab, event: PitrLabEvents[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "pitr-lab": PitrLab;
  }
}
