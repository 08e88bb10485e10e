// SPDX-License-Identifier: Apache-2.0
/**
 * Playwright's `test` with a virtual router: one server per worker, put into a scenario for each test; a page
 * that is logged in; and a console that must stay clean.
 */
import { expect, test as base, type ConsoleMessage, type Page } from '@playwright/test';
import { RouterServer } from '../../router/http.ts';
import { PAGE_PATH } from '../../router/page/shell.ts';
import type { VirtualRouter } from '../../router/router.ts';
import { SCENARIOS, type ScenarioName } from '../../router/scenarios.ts';
import { USERS } from '../../router/users.ts';
import { HOST, PACKAGE } from './stage.ts';
import { Tab } from './tab.ts';

export { expect };
export { PAGE_PATH } from '../../router/page/shell.ts';

interface Options {
	/** The router's state when the test starts. */
	scenario: ScenarioName;
	/** What the browser may complain about in this test, with the reason beside it. Anything else fails the test. */
	allowedComplaints: readonly RegExp[];
}

interface Fixtures {
	/** The router of this test, fresh. */
	router: VirtualRouter;
	/** Opens our tab, logged in as the scenario's user. */
	openTab: (address?: string) => Promise<Tab>;
	cleanConsole: undefined;
}

interface WorkerFixtures {
	server: RouterServer;
}

export const test = base.extend<Options & Fixtures, WorkerFixtures>({
	scenario: ['cpu', { option: true }],
	allowedComplaints: [[], { option: true }],

	server: [
		// eslint-disable-next-line no-empty-pattern -- Playwright reads from this which fixtures it needs
		async ({}, use) => {
			const server = await RouterServer.start({
				port: 0,
				scenario: 'cpu',
				package: PACKAGE,
				host: HOST,
				users: USERS,
				demo: false
			});
			await use(server);
			await server.stop();
		},
		{ scope: 'worker' }
	],

	baseURL: async ({ server }, use) => {
		await use(server.url);
	},

	router: async ({ server, scenario }, use) => {
		await server.switchTo(scenario);
		// A router whose plugin did not start would fail each expectation in its own way.
		expect(server.router.bus.has('luci.nft-offload'), 'the plugin lists its methods').toBe(true);
		await use(server.router);
	},

	openTab: async ({ router, page, scenario, baseURL }, use) => {
		await use(async (address = PAGE_PATH) => {
			await logIn(page, router, scenario, baseURL ?? '');
			await page.goto(address);
			return new Tab(page);
		});
	},

	cleanConsole: [
		async ({ page, allowedComplaints }, use) => {
			const complaints: string[] = [];
			const complain = (text: string): void => {
				if (!allowedComplaints.some((allowed) => allowed.test(text))) complaints.push(text);
			};
			page.on('pageerror', (error) => {
				complain(`${error.name}: ${error.message}`);
			});
			page.on('console', (message) => {
				if (isComplaint(message)) complain(message.text());
			});
			await use(undefined);
			expect(complaints, 'what the browser complained about').toEqual([]);
		},
		{ auto: true }
	]
});

function isComplaint(message: ConsoleMessage): boolean {
	return message.type() === 'error' || message.type() === 'warning';
}

/** Puts a new session's cookie into the browser, which is quicker than the form. */
async function logIn(page: Page, router: VirtualRouter, scenario: ScenarioName, url: string): Promise<void> {
	const { user } = SCENARIOS[scenario];
	const session = router.sessions.login(user, USERS[user].password, 3600);
	if (!session) throw new Error(`${user} cannot log in`);
	await page.context().addCookies([
		{
			name: 'sysauth_http',
			value: session.sid,
			url: `${url}/cgi-bin/luci/`,
			httpOnly: true,
			sameSite: 'Strict'
		}
	]);
}
