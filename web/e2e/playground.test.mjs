import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openBrowser } from './browser.mjs';
import { startServer } from './server.mjs';

const out = new URL('./out/', import.meta.url).pathname;
const responsePane = '.graphiql-response .view-lines';

describe('the playground', { concurrency: false }, () => {
  let scratch, server, browser, page, examples;

  before(async () => {
    const binary = process.env.LIANZHU_BIN;
    assert.ok(binary, 'set LIANZHU_BIN to the server to be tested');
    scratch = await mkdtemp(join(tmpdir(), 'lianzhu-e2e-'));
    const data = join(scratch, 'data');
    await mkdir(data);
    server = await startServer(binary, data);
    browser = await openBrowser(join(scratch, 'profile'), server.origin);
    page = browser.page;
  });

  after(async () => {
    await browser?.context.close();
    await server?.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  test('opens from the root with a tab for every worked example', async () => {
    await page.goto(server.origin + '/');
    assert.match(page.url(), /\/playground\/$/);
    assert.equal(await page.title(), '链主 Lianzhu');
    assert.equal(await page.locator('html').getAttribute('lang'), 'zh-CN');

    examples = await page.evaluate(async () => (await fetch('./examples.json')).json());
    await page.locator('.graphiql-query-editor .view-lines').getByText('图谱').first().waitFor();
    const titles = await page.getByRole('tab').allInnerTexts();
    assert.deepEqual(titles.toSorted(), examples.map(operationName).toSorted());
    assert.ok(examples.length >= 2, 'there are examples');
  });

  test('answers every example as the endpoint does', async (t) => {
    for (const example of examples) {
      await t.test(`${example.title} (${example.lang})`, async () => {
        const shown = await runInTab(example);
        const sent = await post(server.origin, example);
        assert.deepEqual(shown.data, sent.data);
        assertAnswered(shown.data);
      });
    }
  });

  test('shows Chinese names in the answer', async () => {
    await runInTab(examples.find((example) => operationName(example) === 'Entity_zh'));
    const visible = await page.locator(responsePane).innerText();
    assert.match(visible, /\p{Script=Han}{2,}/u);
    await page.screenshot({ path: join(out, 'playground.png') });
  });

  test('draws Chinese characters, and not the box of a missing glyph', async () => {
    const [lian, zhu, missing] = await page.evaluate(drawn, { selector: responsePane, characters: ['链', '主', '\uE000'] });
    assert.match(lian, /[1-9]/, 'something is drawn');
    assert.notEqual(lian, zhu);
    assert.notEqual(lian, missing);
    assert.notEqual(zhu, missing);
  });

  test('lists the examples in both languages, and opens one that was closed', async () => {
    const [example] = examples;
    const tab = page.getByRole('tab').filter({ hasText: operationName(example) });
    await tab.hover();
    await tab.getByLabel('Close Tab').click();
    await tab.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Show 示例 Examples' }).click();
    const pane = page.getByRole('region', { name: '示例 Examples' });
    for (const { title } of examples) {
      await pane.getByText(title, { exact: true }).waitFor();
    }
    await page.screenshot({ path: join(out, 'examples.png') });
    await pane.getByText(example.title, { exact: true }).click();
    await tab.waitFor();
    assertAnswered((await runInTab(example)).data);
  });

  test('lists our root fields in the Explorer, which is closed at first', async () => {
    const field = (name) => page.locator('.docExplorerWrap').getByText(name, { exact: true }).first();
    assert.equal(await field('entity').count(), 0);
    await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
    for (const name of ['entity', 'search', 'entities', 'relations', 'subgraph', 'paths', 'stats', 'source']) {
      await field(name).waitFor();
    }
    await page.screenshot({ path: join(out, 'explorer.png') });
  });

  test('subscribes, shows each change as it comes, and stops when told to', async () => {
    await page.getByRole('button', { name: 'New tab' }).click();
    const query = 'subscription Live($kinds: [EntityKind!] = [INDUSTRY_CHAIN]) { changed(sinceRev: 0, kinds: $kinds) { op entity { name } } }';
    await page.evaluate(setQuery, query);
    await page.getByRole('tab').getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.locator(responsePane).getByText('产业链').first().waitFor();
    await page.screenshot({ path: join(out, 'subscription.png') });
    await page.getByRole('button', { name: 'Stop query' }).click();
    await page.getByRole('button', { name: 'Execute query' }).waitFor();
    await page.getByRole('tab').first().click();
  });

  test('asks nobody but its own server, and finds nothing to complain about', () => {
    assert.deepEqual(browser.complaints, []);
  });

  for (const missing of ['examples.json', 'monaco-editor.js']) {
    test(`says in both languages that the server does not answer when ${missing} does not come`, async () => {
      const other = await browser.context.newPage();
      await other.route(`**/${missing}`, (route) => route.abort());
      await other.goto(server.origin + '/');
      const notice = other.getByRole('alert').filter({ hasText: '服务器没有回答' });
      await notice.getByText('The server does not answer').waitFor();
      await other.screenshot({ path: join(out, `no-${missing}.png`) });
      await other.close();
    });
  }

  test('the server ends with exit code 0 when it is told to', async () => {
    assert.equal(await server.stop(), 0);
  });

  test('says in both languages that the server is gone', async () => {
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.locator(responsePane).getByText('服务器没有回答').waitFor();
    await page.getByRole('button', { name: 'Re-fetch GraphQL schema' }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'The schema could not be read' });
    await notice.waitFor();
    assert.match(await notice.innerText(), /没有读到图谱的模式.*服务器没有回答.*The server did not answer/s);
    await page.screenshot({ path: join(out, 'server-gone.png') });
  });

  /** Opens the example's tab, presses the button, and returns the answer, which the pane shows and which has no errors. */
  async function runInTab(example) {
    await page.getByRole('tab').getByText(operationName(example), { exact: true }).click();
    await page.getByRole('button', { name: 'Execute query' }).click();
    // Pressing the button empties the pane at once, so what stands there next is this answer.
    const text = await page.waitForFunction(responseText);
    const answer = JSON.parse(await text.jsonValue());
    assert.equal(answer.errors, undefined, JSON.stringify(answer.errors));
    await page.locator(responsePane).getByText('"data"').first().waitFor();
    return answer;
  }
});

/** Puts a query into the editor in front. */
function setQuery(query) {
  globalThis.__MONACO.editor
    .getModels()
    .find(({ uri }) => uri.path.endsWith('operation.graphql'))
    .setValue(query);
}

/** The whole text of the response pane, of which the page draws only the lines in view. */
function responseText() {
  return globalThis.__MONACO.editor
    .getModels()
    .find(({ uri }) => uri.path.endsWith('response.json'))
    .getValue();
}

/** Draws each character on a canvas in the font of an element, and returns the opacity of its pixels. */
function drawn({ selector, characters }) {
  const { fontFamily } = getComputedStyle(document.querySelector(selector));
  return characters.map((character) => {
    const canvas = new OffscreenCanvas(64, 64).getContext('2d', { willReadFrequently: true });
    canvas.font = `48px ${fontFamily}`;
    canvas.textBaseline = 'top';
    canvas.fillText(character, 4, 4);
    return canvas.getImageData(0, 0, 64, 64).data.filter((_, i) => i % 4 === 3).join(' ');
  });
}

function operationName({ query }) {
  return /^(?:query|mutation) (\w+)/m.exec(query)[1];
}

async function post(origin, { query, variables }) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

/** An example that finds nothing teaches nothing: no root field is null, and no list on it is empty. */
function assertAnswered(data) {
  for (const [field, value] of Object.entries(data)) {
    assert.notEqual(value, null, `${field} is null`);
    for (const list of Object.values(value).filter(Array.isArray)) {
      assert.notEqual(list.length, 0, `${field} has an empty list`);
    }
  }
}
