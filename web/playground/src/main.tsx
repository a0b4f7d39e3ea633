import 'graphiql/setup-workers/vite';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import '@graphiql/plugin-explorer/style.css';
import 'graphiql/graphiql.css';
import './style.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { examplesPlugin } from './ExamplesPane';
import { loadExamples, variablesText, type Example } from './examples';
import { fetcher } from './fetcher';
import { Notice } from './Notice';
import { SchemaNotice } from './SchemaNotice';

const root = createRoot(document.getElementById('root')!);

// A part that is loaded later can be gone: the server stopped, or a newer one took its place.
window.addEventListener('vite:preloadError', () => root.render(<Notice />));

try {
  root.render(<Playground examples={await loadExamples()} />);
} catch (error) {
  root.render(<Notice detail={String(error)} />);
}

function Playground({ examples }: { examples: Example[] }) {
  const tabs = examples.map((example) => ({
    query: example.query,
    variables: variablesText(example),
  }));
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={plugins(examples)}
      defaultTabs={tabs}
      defaultQuery=""
      defaultEditorToolsVisibility="variables"
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <span className="brand">链主 Lianzhu</span>
      </GraphiQL.Logo>
      <SchemaNotice />
    </GraphiQL>
  );
}

function plugins(examples: Example[]) {
  return [examplesPlugin(examples), explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];
}
