// SPDX-License-Identifier: Apache-2.0
/** `make vm`: a real OpenWrt with the package installed, until Ctrl-C. */
import { NoImages } from './images.ts';
import { install } from './product.ts';
import { PASSWORD, Router } from './router.ts';
import { openTraffic, SERVER, startDownload } from './traffic.ts';

const USAGE = `usage: make vm ARGS="[--traffic]"
  --traffic  also a client and a server inside, with a download between them`;

try {
	await main(process.argv.slice(2));
} catch (error) {
	console.error(error instanceof NoImages ? error.message : error);
	process.exitCode = 1;
}

async function main(args: readonly string[]): Promise<void> {
	if (args.some((arg) => arg !== '--traffic')) {
		console.error(USAGE);
		process.exitCode = 2;
		return;
	}

	const router = await Router.boot();
	const stop = () => {
		router.stop();
		process.exit();
	};
	process.once('SIGINT', stop).once('SIGTERM', stop);
	try {
		await install(router);
		if (args.includes('--traffic')) await showTraffic(router);
	} catch (error) {
		router.stop();
		throw error;
	}
	const { http, version, acceleration, log } = router.machine;
	console.log(`OpenWrt ${version} (${acceleration}): ${http}/cgi-bin/luci/admin/network/firewall/offload`);
	console.log(`log in as root with the password ${PASSWORD}; its console is in ${log}; Ctrl-C ends it`);
}

async function showTraffic(router: Router): Promise<void> {
	await openTraffic(router);
	await startDownload(router);
	console.log(`a client downloads from ${SERVER.ipv4}:${SERVER.port}, through the router`);
}
