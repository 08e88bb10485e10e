// SPDX-License-Identifier: Apache-2.0
/**
 * Boots the one router that all cases share, installs dist/'s package on it and opens the way for traffic. A
 * router that `make vm` or an earlier run with `OPENWRT_SIT=1` has left running is taken instead.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NoImages } from './images.ts';
import { install } from './product.ts';
import type { Machine } from './qemu.ts';
import { saveBaseline } from './restore.ts';
import { Router } from './router.ts';
import { openTraffic } from './traffic.ts';

const FOLDER = fileURLToPath(new URL('../../build/vm/', import.meta.url));
const MACHINE_FILE = `${FOLDER}machine.json`;

/** Named to the tests by these: why nothing runs, or where the machine is described. */
export const SKIPPED = 'OPENWRT_SKIPPED';

export default async function setUp(): Promise<(() => void) | undefined> {
	try {
		const router = (await runningRouter()) ?? (await newRouter());
		await install(router);
		if (router.machine.noEngine !== null) console.log(`skipped, hardware: ${router.machine.noEngine}`);
		router.detach();
		if (process.env['OPENWRT_SIT']) {
			tellWhere(router.machine);
			return undefined;
		}
		return () => {
			stop(router);
		};
	} catch (error) {
		if (!(error instanceof NoImages)) throw error;
		console.log(`skipped, real OpenWrt: ${error.message}`);
		process.env[SKIPPED] = error.message;
		return undefined;
	}
}

/** The machine that the setup has made ready. */
export function readMachine(): Machine {
	return JSON.parse(readFileSync(MACHINE_FILE, 'utf8')) as Machine;
}

async function runningRouter(): Promise<Router | null> {
	if (!existsSync(MACHINE_FILE)) return null;
	try {
		return await Router.attach(readMachine());
	} catch {
		rmSync(MACHINE_FILE);
		return null;
	}
}

async function newRouter(): Promise<Router> {
	const router = await Router.boot();
	await openTraffic(router);
	await saveBaseline(router);
	mkdirSync(FOLDER, { recursive: true });
	writeFileSync(MACHINE_FILE, JSON.stringify(router.machine));
	return router;
}

function tellWhere(machine: Machine): void {
	console.log(`the router stays: ${machine.http}, log in as root; end it with: kill ${machine.pid}`);
}

function stop(router: Router): void {
	router.stop();
	rmSync(MACHINE_FILE, { force: true });
}
