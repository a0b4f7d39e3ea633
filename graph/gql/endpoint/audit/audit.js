// Runs the audit of graphql-http against the URL given and prints one line a
// finding. Exits with 1 where there is any: a notice, a warning or an error.
import { auditServer } from 'graphql-http';

const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.js URL');
  process.exit(2);
}

const results = await auditServer({ url });
const found = { notice: 0, warn: 0, error: 0 };
for (const result of results) {
  if (result.status === 'ok') continue;
  found[result.status]++;
  console.log(`${result.status} ${result.id} ${result.name}: ${result.reason}`);
}
console.log(`${results.length} audits: ${found.error} errors, ${found.warn} warnings, ${found.notice} notices`);
process.exit(found.error + found.warn + found.notice === 0 ? 0 : 1);
