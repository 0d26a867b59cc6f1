//! The page opens on the worked example, ten minutes after the damage.

use pitr_e2e::{Setting, ensure, visit};

#[test]
fn hello() {
    visit("hello", Setting::default(), async |lab| {
        ensure!(lab.names("button").await? == ["Play"], "names: {:?}", lab.names("button").await?);
        ensure!(lab.rows("users now").await? == [["1"]], "rows");
        lab.press("Play").await?;
        lab.status_saying(&["load"]).await?;
        lab.is_accessible("hello").await?;
        lab.shoot("hello").await?;
        Ok(())
    });
}
