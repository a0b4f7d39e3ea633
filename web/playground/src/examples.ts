/** A worked example as the server lists it in examples.json. */
export interface Example {
  title: string;
  about: string;
  lang: 'zh' | 'en';
  query: string;
  variables?: Record<string, unknown>;
}

/** How long the page waits for the list before it says that nobody answers. */
const patience = 10_000;

/** The worked examples, those in the reader's language first. */
export async function loadExamples(): Promise<Example[]> {
  const response = await fetch('./examples.json', { signal: AbortSignal.timeout(patience) });
  if (!response.ok) {
    throw new Error(`examples.json: ${response.status} ${response.statusText}`);
  }
  const examples: Example[] = await response.json();
  return inReadingOrder(examples, navigator.language);
}

/** The variables as the editor shows them; undefined where an example has none. */
export function variablesText(example: Example): string | undefined {
  return example.variables && JSON.stringify(example.variables, null, 2);
}

function inReadingOrder(examples: Example[], locale: string): Example[] {
  const mine = locale.startsWith('zh') ? 'zh' : 'en';
  return [
    ...examples.filter(({ lang }) => lang === mine),
    ...examples.filter(({ lang }) => lang !== mine),
  ];
}
