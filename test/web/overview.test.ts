// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
/** The row on LuCI's overview, run as LuCI runs it. */
import { readFileSync } from 'node:fs';
import { beforeEach, expect, it, vi } from 'vitest';
import { status } from './status.ts';
import { totals } from './flows/flows.ts';

const FILE = 'luci-app-src/htdocs/luci-static/resources/view/status/include/35_nft_offload.js';

interface Include {
	title: string;
	load: () => Promise<unknown[]>;
	render: (answers: unknown[]) => Element | null;
}

/** LuCI gives all texts a `format`. */
function format(this: string, ...values: unknown[]): string {
	return values.reduce<string>((text, each) => text.replace('%s', String(each)), this);
}

let asked: [method: string, ...args: unknown[]][];
let answers: Record<string, unknown>;

beforeEach(() => {
	vi.useFakeTimers();
	Object.assign(String.prototype, { format });
	asked = [];
	answers = {
		get_status: status(),
		get_flows: { breakdown: { eligible: totals(3, 41, 0) } },
		get_diagnosis: { findings: [{}, {}] }
	};
});

function E(tag: string, attributes: Record<string, string>, children: (Node | string)[]): Element {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	element.append(...children);
	return element;
}

const L = {
	url: (path: string) => `/cgi-bin/luci/${path}`,
	resolveDefault: (promise: Promise<unknown>, fallback: unknown) => promise.catch(() => fallback)
};

function include(): Include {
	const rpc = {
		declare:
			({ method }: { method: string }) =>
			(...args: unknown[]) => {
				asked.push([method, ...args]);
				const answer = answers[method];
				return answer === undefined ? Promise.reject(new Error('Access denied')) : Promise.resolve(answer);
			}
	};
	const baseclass = { extend: (made: Include) => made };
	// eslint-disable-next-line @typescript-eslint/no-implied-eval -- this is how LuCI runs it
	const made = new Function('E', 'L', '_', 'baseclass', 'rpc', readFileSync(FILE, 'utf8')) as (
		...given: unknown[]
	) => Include;
	return made(E, L, (text: string) => text, baseclass, rpc);
}

it('tells the mode, the share and the findings, and leads to our page', async () => {
	const row = include();
	const shown = row.render(await row.load());
	expect([...(shown?.querySelectorAll('tr') ?? [])].map(({ textContent }) => textContent)).toEqual([
		'ModeSoftware',
		'Offloaded41 of 44 eligible connections',
		'Findings2'
	]);
	expect(shown?.querySelector('a')?.getAttribute('href')).toBe(
		'/cgi-bin/luci/admin/network/firewall/offload'
	);
	expect(asked).toEqual([['get_status'], ['get_flows', 0, true], ['get_diagnosis']]);
});

it('is silent for who may not ask, and where nobody knows', async () => {
	answers = {};
	const row = include();
	expect(row.render(await row.load())).toBeNull();
	expect(row.render([status({ effective: { ...status().effective, error: 'no' } }), null, null])).toBeNull();
	expect(row.render([{ problem: 'internal' }, null, null])).toBeNull();
});

it('asks once a minute, however often LuCI comes by, and never holds it up again', async () => {
	const row = include();
	const first = await row.load();
	vi.advanceTimersByTime(59_000);
	expect(await row.load()).toBe(first);
	expect(asked).toHaveLength(3);
	vi.advanceTimersByTime(2000);
	expect(await row.load()).toBe(first);
	expect(asked).toHaveLength(6);
});
