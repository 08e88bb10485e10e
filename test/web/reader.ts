// SPDX-License-Identifier: Apache-2.0
/** Somebody who reads the page of a router: the page as it is shipped, over the plugin as it is shipped. */
import { h, render } from 'preact';
import { expect, vi } from 'vitest';
import type { Mode } from '../../rpcd/api/index.ts';
import { browserClock } from '../../web/src/lib/clock.ts';
import { isRecord } from '../../web/src/lib/ubus/shape.ts';
import { Page } from '../../web/src/page/Page.tsx';
import { PageState } from '../../web/src/page/state.ts';
import type { Case } from '../rpcd/case.ts';
import { HEALTHY, SESSION } from '../rpcd/router.ts';
import type { Tier } from '../rpcd/tiers.ts';
import { FakeRouter, ok, type Answer } from './lib/ubus/router.ts';

/** What is there: files in the places of the healthy router's, and who answers on the bus. */
export type Router = Pick<Case, 'files'> & Partial<Pick<Case, 'bus' | 'older' | 'uci'>>;

const NOBODY: Record<string, object> = {
	getHostHints: {},
	getDHCPLeases: { dhcp_leases: [], dhcp6_leases: [] }
};

/** Milliseconds that a busy machine may take for an answer. */
const PATIENCE = 30_000;

export class Reader {
	/** What the answers of the router have named by a code, in their order. */
	readonly codes: string[] = [];
	readonly #tier: Tier;
	readonly #page: PageState;
	#router: Router;
	/** Seconds that the router's clock is ahead of its machine's. */
	#ahead = 0;

	constructor(tier: Tier, router: Router) {
		this.#tier = tier;
		this.#router = router;
		// Nobody else's page is to be read on.
		render(null, document.body);
		vi.stubGlobal(
			'fetch',
			new FakeRouter(({ params: [, , method, input] }) => this.#ask(method, input)).fetch
		);
		const host = {
			...{ session: SESSION, ubusUrl: '/ubus/', mayWrite: true, interval: 5 },
			translate: (text: string) => text,
			poll: { add: () => undefined, remove: () => undefined }
		};
		this.#page = new PageState(host, browserClock, () => undefined);
	}

	/** All that stands on the page now, folded or not. */
	read(): string {
		render(h(Page, { page: this.#page }), document.body);
		return document.body.textContent.replaceAll(/[\u00a0\u202f]/g, ' ');
	}

	/** Looks at the router, which may have become another one since, so many seconds later. */
	async look(router = this.#router, seconds = 0): Promise<void> {
		this.#router = router;
		this.#ahead += seconds;
		await this.#page.look();
		this.#page.tick();
		expect(this.read()).not.toContain('Flow OffloadingA part of this page');
	}

	/** Asks for another mode, and reads what comes of that before anything is changed. */
	async review(mode: Mode): Promise<void> {
		await this.#page.review(mode);
	}

	/** Opens the connection from this port, and waits for what explains it. */
	async open(port: number): Promise<void> {
		this.read();
		document.querySelector<HTMLButtonElement>(`.nfo-open[aria-label*=":${port} to "]`)?.click();
		await vi.waitFor(() => {
			expect(this.read()).toContain('Why it is on this path');
			expect(this.read()).not.toContain('Asking the router…');
		}, PATIENCE);
	}

	async #ask(method: string, given: object): Promise<Answer> {
		const nobody = NOBODY[method];
		if (nobody !== undefined) return ok(nobody);
		const { files, ...router } = this.#router;
		const { answer } = await this.#tier.run({
			...router,
			...{ name: method, method, expected: {} },
			files: { ...HEALTHY, ...files },
			input: { ...given, ubus_rpc_session: SESSION }
		});
		this.codes.push(...codesIn(answer));
		return ok(later(answer, 1000 * this.#ahead));
	}
}

function codesIn(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(codesIn);
	if (!isRecord(value)) return [];
	const { code, problem } = value;
	return [
		...[code, problem].filter((each) => typeof each === 'string'),
		...Object.values(value).flatMap(codesIn)
	];
}

/** The same on a clock that is ahead. */
function later(value: unknown, milliseconds: number): unknown {
	if (Array.isArray(value)) return value.map((each) => later(each, milliseconds));
	if (!isRecord(value)) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, each]) => [
			key,
			key === 'at_ms' && typeof each === 'number' ? each + milliseconds : later(each, milliseconds)
		])
	);
}
