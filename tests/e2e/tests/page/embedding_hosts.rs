//! Four generators of documentation as their pages are marked up: the lab is dressed as the page is when it comes, and when the page's switch is
//! pressed. And what axe finds on pages that embed the lab.

use pitr_e2e::{ELEMENT_IS_READY, Lab, Outcome, Pages, Setting, Site, Theme, ensure, visit_host};

const WATCHED: Setting =
    Setting { before: ELEMENT_IS_READY, site: Site::Published, provokes_errors: false, reduced_motion: false };

/// A host: the attributes of its `html` and `body`, and what its switch does; then what the lab wears before and after.
struct Host {
    name: &'static str,
    html: &'static str,
    body: &'static str,
    switch: &'static str,
    wears: [&'static str; 2],
}

const HOSTS: [Host; 6] = [
    Host {
        name: "mdBook",
        html: r#"{ "lang": "en", "class": "js light sidebar-visible", "dir": "ltr" }"#,
        body: "{}",
        switch: "document.documentElement.classList.replace('light', 'coal')",
        wears: ["light", "dark"],
    },
    Host {
        name: "MkDocs Material",
        html: r#"{ "lang": "en", "class": "js no-touch" }"#,
        body: r#"{ "dir": "ltr", "data-md-color-scheme": "slate", "data-md-color-primary": "indigo", "data-md-color-accent": "indigo" }"#,
        switch: "document.body.setAttribute('data-md-color-scheme', 'default')",
        wears: ["dark", "light"],
    },
    Host {
        name: "Docusaurus",
        html: r#"{ "lang": "en", "dir": "ltr", "class": "docs-wrapper plugin-docs plugin-id-default docs-version-current", "data-has-hydrated": "true", "data-theme": "light", "data-theme-choice": "system" }"#,
        body: r#"{ "class": "navigation-with-keyboard" }"#,
        switch: "document.documentElement.setAttribute('data-theme', 'dark')",
        wears: ["light", "dark"],
    },
    Host {
        name: "Sphinx Furo",
        html: r#"{ "class": "no-js", "lang": "en", "data-content_root": "./" }"#,
        body: r#"{ "data-theme": "dark" }"#,
        switch: "document.body.dataset.theme = 'light'",
        wears: ["dark", "light"],
    },
    // Its third state is the system's, which is light here.
    Host {
        name: "Sphinx Furo, auto",
        html: r#"{ "lang": "en" }"#,
        body: r#"{ "data-theme": "auto" }"#,
        switch: "document.body.dataset.theme = 'dark'",
        wears: ["light", "dark"],
    },
    Host {
        name: "a page of nobody's",
        html: r#"{ "class": "flight darkroom" }"#,
        body: r#"{ "class": "page" }"#,
        switch: "document.body.className = 'dark'",
        wears: ["light", "dark"],
    },
];

async fn wears(lab: &Lab, theme: &str, what: &str) -> Outcome {
    let look = async || {
        let worn = lab.in_frame("pitr-lab", "return document.documentElement.dataset.theme").await.ok()?;
        (worn == theme).then_some(())
    };
    lab.wait(&format!("{theme} in {what}"), look).await
}

#[test]
fn it_is_dressed_as_each_host_is() {
    visit_host("embedding-markup", Pages::Bare, WATCHED, async |lab| {
        for host in &HOSTS {
            lab.goto("index.html").await?;
            let mark_up = "const [html, body, done] = arguments;
                for (const [element, attributes] of [[document.documentElement, html], [document.body, body]])
                    for (const [name, value] of Object.entries(JSON.parse(attributes))) element.setAttribute(name, value);
                customElements.whenDefined('pitr-lab').then(() => {
                    document.getElementById('here').innerHTML = '<pitr-lab view=timeline></pitr-lab>';
                    done();
                });";
            lab.driver.execute_async(mark_up, vec![host.html.into(), host.body.into()]).await?;
            // The address has it, so that nothing of another theme is seen before.
            let address = lab.frame_of("pitr-lab").await?.attr("src").await?.unwrap_or_default();
            ensure!(address.contains(&format!("theme={}", host.wears[0])), "{}: {address}", host.name);
            lab.told("ready").await?;
            wears(lab, host.wears[0], host.name).await?;
            lab.script(host.switch, Vec::new()).await?;
            wears(lab, host.wears[1], host.name).await?;
        }
        Ok(())
    });
}

/// Waits until something can be seen in the frame.
async fn seen(lab: &Lab, selector: &str) -> Outcome {
    let look = format!("return document.querySelector('{selector}')?.checkVisibility() ?? false");
    lab.wait(selector, async || (lab.in_frame("pitr-lab", &look).await.ok()? == true).then_some(())).await
}

#[test]
fn axe_on_a_books_pages() {
    visit_host("embedding-axe", Pages::Book, WATCHED, async |lab| {
        for (page, part) in [("element.html", ".timeline-card"), ("question.html", ".question-prompt")] {
            lab.goto(page).await?;
            lab.told("ready").await?;
            seen(lab, part).await?;
            for (book, wears) in [("light", "light"), ("navy", "dark")] {
                lab.script(&format!("document.getElementById('mdbook-theme-{book}').click()"), Vec::new()).await?;
                self::wears(lab, wears, book).await?;
                lab.part_is_accessible(&format!("{page}, {book}"), "main").await?;
                lab.frame_of("pitr-lab").await?.enter_frame().await?;
                let found = lab.part_is_accessible(&format!("in the frame of {page}, {book}"), "body").await;
                lab.driver.enter_default_frame().await?;
                found?;
            }
        }
        lab.goto("frame.html").await?;
        lab.driver.find(thirtyfour::By::Css("main iframe")).await?.enter_frame().await?;
        lab.wait("the timeline", async || {
            let there = "return document.querySelector('.timeline-card input[type=range]')?.max > 0";
            (lab.script(there, Vec::new()).await.ok()? == true).then_some(())
        })
        .await?;
        // The page's first heading is its host's.
        let found = lab.part_is_accessible("in a frame", "body").await;
        lab.driver.enter_default_frame().await?;
        found?;
        lab.part_is_accessible("frame.html", "main").await?;
        lab.theme(Theme::Light).await
    });
}
