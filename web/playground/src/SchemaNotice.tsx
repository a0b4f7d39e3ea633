import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';

/** Says over the editors, in both languages, why the schema could not be read; nothing else while all is well. */
export function SchemaNotice() {
  const fetchError = useGraphiQL((state) => state.fetchError);
  const isIntrospecting = useGraphiQL((state) => state.isIntrospecting);
  const { introspect } = useGraphiQLActions();
  if (!fetchError) {
    return null;
  }
  return (
    <div className="schema-notice" role="alert">
      <div>
        <strong>
          没有读到图谱的模式 <span lang="en">The schema could not be read</span>
        </strong>
        {messages(fetchError).map((message) => (
          <p key={message}>{message}</p>
        ))}
      </div>
      <button type="button" onClick={introspect} disabled={isIntrospecting}>
        重试 Retry
      </button>
    </div>
  );
}

/** The messages inside the formatted GraphQL answer that GraphiQL keeps, or its text as it is. */
function messages(fetchError: string): string[] {
  try {
    const { errors } = JSON.parse(fetchError) as { errors: { message: string }[] };
    return errors.map(({ message }) => message);
  } catch {
    return [fetchError];
  }
}
