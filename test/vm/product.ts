// SPDX-License-Identifier: Apache-2.0
/** The built package on a router: installed and removed with the package manager that the release has. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Router } from './router.ts';
import { until } from './until.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const PROJECT = fileURLToPath(new URL('../../package.json', import.meta.url));
export const PACKAGE = 'luci-app-nft-offload';

export async function packageManager(router: Router): Promise<'apk' | 'opkg'> {
	return (await router.try('command -v apk')).code === 0 ? 'apk' : 'opkg';
}

/** The built package that the manager takes: of this version, since dist/ keeps those of earlier ones. */
export function packageFile(manager: 'apk' | 'opkg'): string {
	const ending = manager === 'apk' ? '.apk' : '.ipk';
	const { version } = JSON.parse(readFileSync(PROJECT, 'utf8')) as { version: string };
	const isIt = (file: string) => file.startsWith(PACKAGE) && file.includes(version) && file.endsWith(ending);
	const name = readdirSync(DIST).find(isIt);
	if (name === undefined) throw new Error(`no ${ending} in dist/: run \`make package\` first`);
	return DIST + name;
}

/**
 * Installs dist/'s package, and waits until the plugin answers on ubus. A router that lives in memory calls for
 * `--force-non-repository`: apk says that it would lose the package with the next reboot. One that stayed from an
 * earlier run has another build of the same version, which opkg would keep.
 */
export async function install(router: Router): Promise<void> {
	const manager = await packageManager(router);
	const file = packageFile(manager);
	const path = `/tmp/${basename(file)}`;
	await router.upload(readFileSync(file), path);
	await router.run(
		manager === 'apk'
			? `apk add --quiet --allow-untrusted --no-network --force-non-repository '${path}'`
			: `opkg install --force-reinstall '${path}' >/dev/null`
	);
	await router.run(`rm '${path}'`);
	await answers(router);
}

export async function remove(router: Router): Promise<void> {
	const manager = await packageManager(router);
	await router.run(manager === 'apk' ? `apk del --quiet ${PACKAGE}` : `opkg remove ${PACKAGE} >/dev/null`);
}

/** Waits until rpcd has the plugin on the bus and it gives a status. */
export function answers(router: Router): Promise<unknown> {
	return until('luci.nft-offload', 30, async () => {
		const { code, stdout } = await router.try('ubus call luci.nft-offload get_status');
		return code === 0 && stdout.includes('"verdict"');
	});
}
