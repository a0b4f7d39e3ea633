/** Stands in for the whole page when the server does not answer. */
export function Notice({ detail }: { detail?: string }) {
  return (
    <main className="notice" role="alert">
      <h1>
        服务器没有回答 <span lang="en">The server does not answer</span>
      </h1>
      <p>
        请确认 <code>lianzhu serve</code> 仍在运行，然后重新载入本页。
      </p>
      <p lang="en">
        Check that <code>lianzhu serve</code> is still running, then reload this page.
      </p>
      {detail && <pre>{detail}</pre>}
      <button type="button" onClick={() => location.reload()}>
        重新载入 Reload
      </button>
    </main>
  );
}
