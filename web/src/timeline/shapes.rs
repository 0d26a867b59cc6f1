//! What a picture is made of: a few shapes in inks that have a meaning, not a colour. The theme gives the colours.

/// The value, or the bound that it is past. `f64::clamp` would do, but what it says of bad bounds brings the printing of floats into the bundle.
pub fn within(value: f64, low: f64, high: f64) -> f64 {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}

/// A point of the picture, in CSS pixels from its top left.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// An upright rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

impl Rect {
    pub fn right(self) -> f64 {
        self.x + self.w
    }

    pub fn bottom(self) -> f64 {
        self.y + self.h
    }

    pub fn centre(self) -> Point {
        Point { x: self.x + self.w / 2.0, y: self.y + self.h / 2.0 }
    }

    /// Grown by that much on every side.
    pub fn grown(self, by: f64) -> Rect {
        Rect { x: self.x - by, y: self.y - by, w: self.w + 2.0 * by, h: self.h + 2.0 * by }
    }

    pub fn holds(self, point: Point) -> bool {
        point.x >= self.x && point.x <= self.right() && point.y >= self.y && point.y <= self.bottom()
    }

    pub fn meets(self, other: Rect) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }
}

/// What a colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Text that matters, and text beside it.
    Text,
    Muted,
    /// Committed work, and other marks.
    Mark,
    MarkSoft,
    /// Separating lines.
    Line,
    /// What the picture lies on.
    Surface,
    /// The target, and what a recovery brings back.
    Accent,
    AccentSoft,
    OnAccent,
    /// The damage.
    Alarm,
    AlarmSoft,
    /// What is safe in another place.
    Good,
}

/// Where a text is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Type {
    pub size: f64,
    pub bold: bool,
    pub hold: Hold,
    /// Behind it lies a little of the surface, so that it reads over marks.
    pub halo: bool,
}

impl Type {
    pub const SMALL: Type = Type { size: 13.0, bold: false, hold: Hold::Middle, halo: false };

    pub fn held(self, hold: Hold) -> Type {
        Type { hold, ..self }
    }

    pub fn bold(self) -> Type {
        Type { bold: true, ..self }
    }

    pub fn halo(self) -> Type {
        Type { halo: true, ..self }
    }
}

/// How a line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    Solid,
    Dashed,
    Dotted,
}

/// A shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    Fill {
        rect: Rect,
        radius: f64,
    },
    Outline {
        rect: Rect,
        radius: f64,
        width: f64,
        stroke: Stroke,
    },
    Line {
        from: Point,
        to: Point,
        width: f64,
        stroke: Stroke,
    },
    /// From one point to another, leaving and arriving in the direction of time.
    Branch {
        from: Point,
        to: Point,
        down: bool,
        width: f64,
        stroke: Stroke,
    },
    Disc {
        at: Point,
        radius: f64,
    },
    Ring {
        at: Point,
        radius: f64,
        width: f64,
    },
    Cross {
        at: Point,
        radius: f64,
        width: f64,
    },
    Triangle {
        corners: [Point; 3],
    },
    Hatch {
        rect: Rect,
    },
    /// Held at its baseline's middle height.
    Text {
        at: Point,
        text: String,
        font: Type,
    },
}

/// A shape and its ink.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub form: Form,
    pub ink: Ink,
    /// From 0, not there, to 1.
    pub alpha: f32,
}

/// What a place of the picture is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    Transaction(usize),
    Record(usize),
    Segment(usize),
    Backup(usize),
    Timeline(usize),
    Note(u32),
    Phase(usize),
}

/// A thing and where it can be touched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub rect: Rect,
    pub thing: Thing,
    /// What the tooltip points at.
    pub at: Point,
}

/// A picture: shapes in painting order, and what can be touched, the topmost last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    pub shapes: Vec<Shape>,
    pub hits: Vec<Hit>,
}

impl Hit {
    /// A thing is named at its middle.
    pub fn of(thing: Thing, rect: Rect) -> Hit {
        Hit { rect, thing, at: rect.centre() }
    }
}

impl Picture {
    pub fn add(&mut self, ink: Ink, alpha: f32, form: Form) {
        if alpha > 0.0 {
            self.shapes.push(Shape { form, ink, alpha });
        }
    }

    pub fn fill(&mut self, ink: Ink, alpha: f32, rect: Rect, radius: f64) {
        self.add(ink, alpha, Form::Fill { rect, radius });
    }

    pub fn outline(&mut self, ink: Ink, alpha: f32, rect: Rect, radius: f64, width: f64, stroke: Stroke) {
        self.add(ink, alpha, Form::Outline { rect, radius, width, stroke });
    }

    pub fn line(&mut self, ink: Ink, alpha: f32, from: Point, to: Point, width: f64, stroke: Stroke) {
        self.add(ink, alpha, Form::Line { from, to, width, stroke });
    }

    pub fn text(&mut self, ink: Ink, alpha: f32, at: Point, text: impl Into<String>, font: Type) {
        self.add(ink, alpha, Form::Text { at, text: text.into(), font });
    }

    pub fn hit(&mut self, thing: Thing, rect: Rect) {
        self.hits.push(Hit::of(thing, rect));
    }

    /// The thing at a point: the topmost of those that hold it, the nearest to its middle among equals.
    pub fn thing_at(&self, point: Point) -> Option<Hit> {
        let near = |hit: &Hit| {
            let centre = hit.rect.centre();
            (hit.rect.w * hit.rect.h, (centre.x - point.x).abs() + (centre.y - point.y).abs())
        };
        self.hits
            .iter()
            .filter(|hit| hit.rect.grown(3.0).holds(point))
            .min_by(|left, right| near(left).partial_cmp(&near(right)).unwrap_or(std::cmp::Ordering::Equal))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_thing_is_touched() {
        let mut picture = Picture::default();
        picture.hit(Thing::Segment(0), Rect { x: 0.0, y: 0.0, w: 100.0, h: 20.0 });
        picture.hit(Thing::Record(4), Rect { x: 10.0, y: 0.0, w: 4.0, h: 20.0 });
        assert_eq!(picture.thing_at(Point { x: 13.0, y: 5.0 }).map(|hit| hit.thing), Some(Thing::Record(4)));
        assert_eq!(picture.thing_at(Point { x: 60.0, y: 5.0 }).map(|hit| hit.thing), Some(Thing::Segment(0)));
        assert_eq!(picture.thing_at(Point { x: 60.0, y: 50.0 }), None);
    }
}
