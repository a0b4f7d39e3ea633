import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { variablesText, type Example } from './examples';

const languages = { zh: '中文', en: 'English' } as const;

/** A GraphiQL pane that lists the worked examples; a click opens one in a new tab. */
export function examplesPlugin(examples: Example[]): GraphiQLPlugin {
  return {
    title: '示例 Examples',
    icon: ExamplesIcon,
    content: () => <ExamplesPane examples={examples} />,
  };
}

function ExamplesPane({ examples }: { examples: Example[] }) {
  const open = useOpenInNewTab();
  const order = [...new Set(examples.map(({ lang }) => lang))];
  return (
    <section className="examples" aria-label="示例 Examples">
      <h1>示例 Examples</h1>
      {order.map((lang) => (
        <div key={lang} lang={lang}>
          <h2>{languages[lang]}</h2>
          <ul>
            {examples
              .filter((example) => example.lang === lang)
              .map((example) => (
                <li key={example.title}>
                  <button type="button" onClick={() => open(example)}>
                    <strong>{example.title}</strong>
                    <span>{example.about}</span>
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
      <p className="licences">
        <a href="./THIRD_PARTY.txt" target="_blank" rel="noreferrer">
          第三方软件与许可 Third-party licences
        </a>
      </p>
    </section>
  );
}

function useOpenInNewTab(): (example: Example) => void {
  const { addTab, updateActiveTabValues } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  return (example) => {
    const variables = variablesText(example) ?? '';
    addTab();
    queryEditor?.setValue(example.query);
    variableEditor?.setValue(variables);
    // The editors report a change only after a pause; the tab gets its title at once.
    updateActiveTabValues({ query: example.query, variables, operationName: null });
  };
}

function ExamplesIcon() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
      <path d="M3 4.5h3v3H3zM3 12.5h3v3H3z" strokeLinejoin="round" />
      <path d="M9.5 6h7.5M9.5 14h7.5" />
    </svg>
  );
}
