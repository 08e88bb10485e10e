// SPDX-License-Identifier: Apache-2.0
/**
 * The demo: the page on a virtual router, on the loopback interface.
 *
 *     node --import ts-blank-space/register test/router/main.ts [--port N] [--scenario NAME] [--package DIRECTORY]
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleHost } from '../host/bundle.ts';
import { RouterServer } from './http.ts';
import { isScenario, SCENARIOS } from './scenarios.ts';
import { USERS } from './users.ts';

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '0' },
		scenario: { type: 'string', default: 'software' },
		package: { type: 'string', default: fileURLToPath(new URL('../../dist/root', import.meta.url)) }
	}
});

const port = Number(values.port);
if (!/^\d+$/.test(values.port) || port > 65535) fail(`no port: ${values.port}`);
if (!isScenario(values.scenario))
	fail(`no scenario "${values.scenario}"; there are: ${Object.keys(SCENARIOS).join(', ')}`);
else if (!existsSync(values.package))
	fail(`${values.package} is missing: stage the package first (make demo does)`);
else {
	const server = await RouterServer.start({
		port,
		scenario: values.scenario,
		package: values.package,
		host: await bundleHost(),
		users: USERS,
		demo: true
	});
	console.log(
		`The virtual router is at ${server.url}/ (user root, password ${USERS.root.password}). Ctrl-C stops it.`
	);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			void server.stop();
		});
	}
}

function fail(message: string): void {
	console.error(`demo: ${message}`);
	process.exitCode = 1;
}
