// SPDX-License-Identifier: Apache-2.0
/**
 * What the page weighs, and how long the list takes from a key in its filter to the painted table, with 65,536
 * connections behind it: in a browser, against the virtual router.
 *
 *     node --import ts-blank-space/register test/bench/page.ts
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, JSHandle, Page } from '@playwright/test';
import { asCommand } from '../../packaging/command.ts';
import { stage } from '../../packaging/stage.ts';
import { bundleHost } from '../host/bundle.ts';
import { RouterServer } from '../router/http.ts';
import { PAGE_PATH } from '../router/page/shell.ts';
import { USERS } from '../router/users.ts';
import { launch, openPage } from './browser.ts';

/** A figure, and what it must not exceed, in the same unit. */
export interface Figure {
	name: string;
	value: number;
	limit: number | null;
	unit: 'bytes' | 'ms';
}

const ASSETS = fileURLToPath(new URL('../../build/web', import.meta.url));
const SEEN_FIRST = /^nft-offload\.(js|css)$/;
/** What is seen first, uncompressed: uhttpd compresses nothing. */
const BUDGET = 60_000;
/** From a key to the painted table. */
const PAINTED_WITHIN = 50;

/** Typed one key after the other, and taken back: addresses, ports, a state, and what nobody has. */
const TYPED = ['192.168.1.10', '443', '2001:db8', '198.51.100.7', 'established', '3478', 'nowhere'];
const ROUNDS = 2;
/** Rows on a page: as it opens, and the most it shows. */
const ROWS = [50, 200];

export async function benchPage(): Promise<Figure[]> {
	return [...weigh(), ...(await typeIntoFilter())];
}

function weigh(): Figure[] {
	const files = readdirSync(ASSETS).map((name) => ({ name, size: statSync(join(ASSETS, name)).size }));
	const first = files.filter(({ name }) => SEEN_FIRST.test(name));
	const later = files.filter(({ name }) => !SEEN_FIRST.test(name));
	return [
		{
			name: 'what is seen first',
			value: first.reduce((sum, { size }) => sum + size, 0),
			limit: BUDGET,
			unit: 'bytes'
		},
		...later.map(({ name, size }) => ({ name, value: size, limit: null, unit: 'bytes' as const }))
	];
}

async function typeIntoFilter(): Promise<Figure[]> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
	const router = join(folder, 'router');
	await stage(router);
	const server = await RouterServer.start({
		port: 0,
		scenario: 'big',
		package: router,
		host: await bundleHost(join(folder, 'host')),
		users: USERS,
		demo: false
	});
	const browser = await launch();
	try {
		const found: Figure[] = [];
		for (const rows of ROWS)
			found.push(
				...figures(`key to paint, ${rows} rows`, await typeAll(await openList(browser, server, rows)))
			);
		return found;
	} finally {
		await browser.close();
		await server.stop();
		rmSync(folder, { recursive: true });
	}
}

/** The list with so many rows, of all that the router has. */
async function openList(browser: Browser, server: RouterServer, rows: number): Promise<Page> {
	if (!server.router.bus.has('luci.nft-offload')) throw new Error('the plugin does not start');
	const session = server.router.sessions.login('root', USERS.root.password, 3600);
	if (!session) throw new Error('root cannot log in');
	const page = await openPage(browser);
	await page.context().addCookies([{ name: 'sysauth_http', value: session.sid, url: server.url }]);
	await page.goto(`${server.url}${PAGE_PATH}#limit=${rows}`);
	await page.getByText(/65.536 connections/).waitFor();
	await page
		.locator('.nfo-flow')
		.nth(rows - 1)
		.waitFor();
	return page;
}

/** Milliseconds from each key to the frame that shows what it left of the rows. */
async function typeAll(page: Page): Promise<number[]> {
	const search = page.getByRole('searchbox', { name: 'Search' });
	const painted = await page.evaluateHandle(recordKeys);
	const times: number[] = [];
	await search.focus();
	for (let round = 0; round < ROUNDS; round++)
		for (const text of TYPED) {
			// Quicker than the page asks the router, so that every key narrows all the rows, or brings them back.
			for (const key of text) times.push(await press(page, painted, key));
			for (let left = text.length; left > 0; left--) times.push(await press(page, painted, 'Backspace'));
		}
	return times;
}

async function press(page: Page, painted: JSHandle<Painted[]>, key: string): Promise<number> {
	await page.keyboard.press(key);
	await page.waitForFunction((list) => list.length > 0, painted);
	const last = await painted.evaluate((list) => list.pop());
	if (!last?.narrowed) throw new Error(`after the key ${key} the table was painted as before`);
	return last.took;
}

/** A frame after a key: milliseconds since the key, and whether the table was that of the new filter. */
interface Painted {
	took: number;
	narrowed: boolean;
}

/**
 * Records the frame after each key. What is posted from a frame's callback runs when that frame has been painted.
 * Runs in the browser.
 */
function recordKeys(): Painted[] {
	const list: Painted[] = [];
	const record = (pressed: number) => {
		const took = performance.now() - pressed;
		// So the table says that its rows are those at hand, narrowed to what was typed, and not yet the router's.
		list.push({ took, narrowed: document.querySelector('.nfo-flows[aria-busy=true]') !== null });
	};
	addEventListener(
		'keydown',
		({ timeStamp }) => {
			requestAnimationFrame(() => {
				const { port1, port2 } = new MessageChannel();
				port1.onmessage = () => {
					record(timeStamp);
				};
				port2.postMessage(null);
			});
		},
		{ capture: true }
	);
	return list;
}

function figures(name: string, times: readonly number[]): Figure[] {
	const sorted = [...times].sort((a, b) => a - b);
	const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
	return [
		{ name: `${name}, median of ${times.length}`, value: at(0.5), limit: null, unit: 'ms' },
		{ name: `${name}, 95th percentile`, value: at(0.95), limit: PAINTED_WITHIN, unit: 'ms' }
	];
}

/** One line: the figure, and how much of its limit it takes. */
export function line({ name, value, limit, unit }: Figure): string {
	const share = limit === null ? '' : `  ${(value / limit).toFixed(2)} of the ${limit} ${unit} allowed`;
	return `${name.padEnd(48)} ${value.toFixed(unit === 'ms' ? 1 : 0).padStart(8)} ${unit}${share}`;
}

await asCommand(import.meta.filename, async () => {
	for (const figure of await benchPage()) console.log(line(figure));
});
