import { chromium } from 'playwright-core';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Even what the browser asks for by itself gets no further than this machine.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/**
 * Opens a browser that may speak to origin alone. complaints gathers what must not happen: requests
 * to anybody else, errors on the console (a breach of the content policy is one), uncaught exceptions,
 * and answers of 400 and above.
 */
export async function openBrowser(profileDir, origin) {
  const context = await chromium.launchPersistentContext(profileDir, {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: flags,
    locale: 'zh-CN',
    viewport: { width: 1280, height: 800 },
  });
  const complaints = [];
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (new URL(url).origin === origin) {
      return route.continue();
    }
    complaints.push(`a request to another server: ${url}`);
    return route.abort();
  });
  context.on('console', (message) => {
    if (message.type() === 'error') {
      complaints.push(`console: ${message.text()}`);
    }
  });
  context.on('page', (page) => {
    page.on('worker', (worker) => {
      worker.evaluate(tellBreaches).catch(() => 'a worker that has ended already breaches nothing');
    });
  });
  context.on('weberror', (error) => complaints.push(`exception: ${error.error().stack}`));
  context.on('response', (response) => {
    if (response.status() >= 400) {
      complaints.push(`${response.status()} ${response.url()}`);
    }
  });
  await context.addInitScript(tellBreaches);
  return { context, page: await context.newPage(), complaints };
}

/** Runs in every page and worker: a breach of the content policy becomes an error on the console. */
function tellBreaches() {
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    console.error(`content policy: ${violatedDirective} ${blockedURI}`);
  });
}
