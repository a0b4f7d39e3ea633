import type { FetcherParams } from '@graphiql/toolkit';
import { GraphQLError, Kind, OperationTypeNode, parse, type ExecutionResult } from 'graphql';
import { createClient, type Client } from 'graphql-ws';

/** What a request may bring: the reader's own headers, from the Headers editor. */
interface Options {
  headers?: Record<string, unknown>;
}

const endpoint = '/graphql';

/** Longer than any query may run on the server, so that the server's own refusal comes first. */
const patience = 30_000;

let socket: Client | undefined;

/**
 * Runs one operation on this page's own server: a subscription over a WebSocket, which is opened
 * when the first needs it, and everything else by POST.
 */
export function fetcher(params: FetcherParams, options?: Options): Promise<ExecutionResult> | AsyncIterable<ExecutionResult> {
  return isSubscription(params) ? subscribe(params) : ask(params, options);
}

function isSubscription({ query, operationName }: FetcherParams): boolean {
  try {
    const operations = parse(query).definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
    const chosen = operations.find((d) => d.name?.value === operationName) ?? operations[0];
    return chosen?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch {
    return false; // a syntax error: the server explains it best
  }
}

async function* subscribe(params: FetcherParams): AsyncGenerator<ExecutionResult> {
  const url = new URL(endpoint, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  socket ??= createClient({ url: url.href, retryAttempts: 0 });
  try {
    const answers = socket.iterate({
      query: params.query,
      variables: params.variables,
      operationName: knownOperation(params),
    });
    yield* answers as AsyncIterableIterator<ExecutionResult>; // as they came: formatted
  } catch (error) {
    yield { errors: Array.isArray(error) ? error : [ended(error)] };
  }
}

function ended(error: unknown): GraphQLError {
  const reason = error instanceof CloseEvent && error.reason ? error.reason : String(error);
  return new GraphQLError(
    `订阅已中断（${reason}）。请确认 lianzhu serve 仍在运行，然后重新执行。` +
      ` / The subscription has ended. Check that lianzhu serve is still running, then run it again.`,
  );
}

/**
 * Sends one operation to the server. A server that is away, or that says something
 * else than JSON, becomes an ordinary GraphQL error in both languages.
 */
async function ask(params: FetcherParams, options?: Options): Promise<ExecutionResult> {
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

function failure(message: string): ExecutionResult {
  return { errors: [new GraphQLError(message)] };
}
