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

const { port, scenario, package: directory } = values;

/** Why the demo cannot start, in one line. */
function obstacle(): string | null {
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) return `no port: ${port}`;
	if (!isScenario(scenario))
		return `no scenario "${scenario}"; there are: ${Object.keys(SCENARIOS).join(', ')}`;
	return existsSync(directory) ? null : `${directory} is missing: stage the package first (make demo does)`;
}

const problem = obstacle();
if (problem !== null || !isScenario(scenario)) {
	console.error(`demo: ${problem ?? ''}`);
	process.exitCode = 1;
} else {
	const host = await bundleHost();
	const server = await RouterServer.start({
		port: Number(port),
		scenario,
		package: directory,
		host,
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
