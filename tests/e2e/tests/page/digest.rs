//! The engine in the page makes the same bytes as the engine here.

use pitr_e2e::{Lab, Outcome, Setting, ensure, visit};
use pitr_protocol::{Decoded, Envelope, PROTOCOL_VERSION, Reply, Request, decode, encode};

/// Lets a test speak to the lab's workers, not to its study's.
pub const KEEP_WORKERS: &str = "const workers = [];
    window.Worker = class extends window.Worker {
        constructor(...given) {
            super(...given);
            // Whoever starts a worker stands on the stack, by the script that it is in.
            this.isStudys = new Error().stack.includes('/study/snippets/');
            workers.push(this);
        }
        terminate() {
            this.isGone = true;
            super.terminate();
        }
    };
    // The one that holds the run on show: the study has its own, for its self-check and its sweeps.
    window.labsWorker = () => workers.findLast((worker) => !worker.isStudys && !worker.isGone);";

/// Asks the worker that holds the run.
async fn digest(lab: &Lab) -> Outcome<String> {
    const ID: u32 = 1_000_000;
    let request = encode(&Envelope { version: PROTOCOL_VERSION, id: ID, epoch: 0, body: Request::Digest });
    let ask = "const [request, done] = arguments;
        const bytes = new Uint8Array(request);
        const worker = window.labsWorker();
        const id = ({ data }) => data.bytes && new DataView(data.bytes.buffer, data.bytes.byteOffset).getUint32(2, true);
        worker.addEventListener('message', (message) => id(message) === 1000000 && done([...message.data.bytes]));
        worker.postMessage({ id: 1000000, bytes }, [bytes.buffer]);";
    let answer = lab.driver.execute_async(ask, vec![request.into()]).await?;
    let bytes: Vec<u8> = serde_json::from_value(answer.json().clone())?;
    match decode::<Reply>(&bytes) {
        Decoded::Message(Envelope { id: ID, body: Reply::Digest { text }, .. }) => Ok(text),
        other => Err(format!("the worker answers {other:?}").into()),
    }
}

/// What the golden file says of a run.
fn golden(name: &str) -> Outcome<String> {
    let line = pitr_tests::golden::DIGESTS.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    Ok(line.ok_or_else(|| format!("there is no digest of {name}"))?.to_owned())
}

#[test]
fn the_page_makes_the_same_bytes() {
    let setting = Setting { before: KEEP_WORKERS, ..Setting::default() };
    visit("digest", setting, async |lab| {
        lab.charts_are_done().await?;
        let (here, there) = (golden("worked-example")?, digest(lab).await?);
        ensure!(here == there, "natively {here}, in the page {there}");
        lab.recover_at_once().await?;
        // The whole engine may be taking over just now, and has no run yet then.
        let here = golden("worked-example+recovery")?;
        let same = async || digest(lab).await.ok().filter(|there| *there == here);
        lab.wait(&format!("the page's digest after the recovery to be {here}"), same).await?;
        Ok(())
    });
}
