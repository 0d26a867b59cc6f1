//! axe-core: what can be found wrong with a page's accessibility without a person.

use crate::setting::given;
use crate::{Lab, Outcome, Theme};
use serde_json::Value;

/// What lies in frames is looked at where axe has been put into them.
/// A colour that is on its way from one theme to the other is neither: it arrives first.
const RUN: &str = "const [part, done] = arguments;
    document.getAnimations().filter(each => each instanceof CSSTransition).forEach(each => each.finish());
    axe.run(part, { resultTypes: ['violations'], iframes: false }).then(
        found => done(found.violations.map(v => `${v.id}: ${v.help}: ` +
            v.nodes.slice(0, 4).map(n => `${n.target.join(' ')} (${n.failureSummary.split('\\n').slice(1).join(';').trim()})`).join(' | '))),
        error => done([`axe failed: ${error}`]));";

impl Lab {
    /// Fails if axe finds a violation in the page as it is, in light or in dark. Leaves it in light.
    pub async fn is_accessible(&self, state: &str) -> Outcome {
        for theme in [Theme::Dark, Theme::Light] {
            self.theme(theme).await?;
            self.part_is_accessible(&format!("{state}, {theme:?}"), "html").await?;
        }
        Ok(())
    }

    /// Fails if axe finds a violation in a part of the page, as it is dressed. Of a page that is not ours, its author answers for the rest.
    pub async fn part_is_accessible(&self, state: &str, part: &str) -> Outcome {
        let loaded = self.script("return typeof axe === 'object'", Vec::new()).await?;
        if loaded != true {
            let source = std::fs::read_to_string(given("PITR_AXE")?)?;
            self.driver.execute(source, Vec::new()).await?;
        }
        let found = self.driver.execute_async(RUN, vec![part.into()]).await?;
        let violations: Vec<&str> = found.json().as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        crate::ensure!(violations.is_empty(), "axe, {state}:\n{}", violations.join("\n"));
        Ok(())
    }
}
