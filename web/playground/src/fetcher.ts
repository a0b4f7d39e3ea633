import type { FetcherParams } from '@graphiql/toolkit';
import { Kind, parse, type ExecutionResult } from 'graphql';

/** What a request may bring: the reader's own headers, from the Headers editor. */
interface Options {
  headers?: Record<string, unknown>;
}

interface Answer extends Pick<ExecutionResult, 'data' | 'extensions'> {
  errors?: readonly { message: string }[];
}

const endpoint = '/graphql';

/** Longer than any query may run on the server, so that the server's own refusal comes first. */
const patience = 30_000;

/**
 * Sends one operation to this page's own server. A server that is away, or that says something
 * else than JSON, becomes an ordinary GraphQL error in both languages.
 */
export async function fetcher(params: FetcherParams, options?: Options): Promise<Answer> {
  let response: Response;
  try {
    response = await send(params, options);
  } catch (error) {
    return failure(
      `服务器没有回答（POST ${endpoint}）。请确认 lianzhu serve 仍在运行，然后重试。` +
        ` / The server did not answer. Check that lianzhu serve is still running, then try again. (${error})`,
    );
  }
  try {
    return await response.json();
  } catch {
    return failure(
      `服务器的回答不是 JSON（${response.status} ${response.statusText}）。` +
        ` / The server's answer is not JSON (${response.status} ${response.statusText}).`,
    );
  }
}

function send(params: FetcherParams, options?: Options): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...(options?.headers as Record<string, string> | undefined),
    },
    body: JSON.stringify({ ...params, operationName: knownOperation(params) }),
    signal: AbortSignal.timeout(patience),
  });
}

/**
 * The operation's name, if the document defines it. Just after a change of tabs GraphiQL still
 * holds the name of the tab before, and a server must refuse a name that is not there.
 */
function knownOperation({ query, operationName }: FetcherParams): string | undefined {
  try {
    const defined = parse(query).definitions.some(
      (d) => d.kind === Kind.OPERATION_DEFINITION && d.name?.value === operationName,
    );
    return defined ? (operationName ?? undefined) : undefined;
  } catch {
    return undefined; // a syntax error: the server explains it best
  }
}

function failure(message: string): Answer {
  return { errors: [{ message }] };
}
