//! Finding things as assistive technology does: in the accessibility tree, by role and name.

use crate::{Lab, Outcome};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use thirtyfour::{By, WebElement};

/// Something that the accessibility tree shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub name: String,
    backend_node: u64,
}

impl Lab {
    /// The one element of this role whose name is the given one, or else contains it. Waits for it.
    pub async fn find(&self, role: &str, name: &str) -> Outcome<WebElement> {
        self.wait(&format!("a {role} named {name:?}"), async || {
            let shown = self.shown(role).await.ok()?;
            let exact = shown.iter().find(|shown| shown.name == name);
            self.element(exact.or_else(|| shown.iter().find(|shown| shown.name.contains(name)))?).await.ok()
        })
        .await
    }

    /// Every element of this role whose name contains the given one, as of now.
    pub async fn find_all(&self, role: &str, name: &str) -> Outcome<Vec<WebElement>> {
        let mut found = Vec::new();
        for shown in self.shown(role).await? {
            if shown.name.contains(name) {
                found.push(self.element(&shown).await?);
            }
        }
        Ok(found)
    }

    /// The names of all that has this role, in document order.
    pub async fn names(&self, role: &str) -> Outcome<Vec<String>> {
        Ok(self.shown(role).await?.into_iter().map(|shown| shown.name).collect())
    }

    async fn shown(&self, role: &str) -> Outcome<Vec<Shown>> {
        let document = self.cdp("DOM.getDocument", json!({ "depth": 0 })).await?;
        let query = json!({ "nodeId": document["root"]["nodeId"], "role": role });
        let answer = self.cdp("Accessibility.queryAXTree", query).await?;
        let nodes = answer["nodes"].as_array().ok_or("the accessibility tree has no nodes")?;
        let shown = nodes.iter().filter(|node| node["ignored"] != true).filter_map(|node| {
            let name = node["name"]["value"].as_str().unwrap_or_default().to_owned();
            Some(Shown { name, backend_node: node["backendDOMNodeId"].as_u64()? })
        });
        Ok(shown.collect())
    }

    /// The element behind a node of the accessibility tree. It is marked, since the two protocols have no name for it in common.
    async fn element(&self, shown: &Shown) -> Outcome<WebElement> {
        static MARK: AtomicU32 = AtomicU32::new(0);
        let mark = MARK.fetch_add(1, Ordering::Relaxed).to_string();
        let resolved = self.cdp("DOM.resolveNode", json!({ "backendNodeId": shown.backend_node })).await?;
        let call = json!({
            "objectId": resolved["object"]["objectId"],
            "functionDeclaration": "function (mark) { this.setAttribute('data-found-by-test', mark); }",
            "arguments": [{ "value": mark }],
        });
        self.cdp("Runtime.callFunctionOn", call).await?;
        Ok(self.driver.find(By::Css(format!("[data-found-by-test='{mark}']"))).await?)
    }
}
